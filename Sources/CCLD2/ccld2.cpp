extern "C" int ccld2_placeholder(void) { return 0; }
