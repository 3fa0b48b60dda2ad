#if defined(__x86_64__)
#include "lanes_avx2.h"

#include "lane_math.h"
#include "numeric.h"

#define ON_PRODUCT ON_PATH
#include "product_avx2.h"
#include "product.h"
#include "attention.h"

#define PATH(name) name##_avx2
#include "run.h"
#endif
