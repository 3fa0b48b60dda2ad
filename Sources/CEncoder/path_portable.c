#include "lanes_portable.h"

#include "lane_math.h"
#include "numeric.h"

#include "product_portable.h"
#include "product.h"
#include "attention.h"

#define PATH(name) name##_portable
#include "run.h"
