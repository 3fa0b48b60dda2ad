#include "cencoder.h"
int cencoder_placeholder(void) { return 0; }
