#if defined(__x86_64__)
#include "lanes_avx2.h"

#include "lane_math.h"
#include "numeric.h"

#include "product_avx512_vnni.h"
#include "product.h"
#include "attention.h"

#define PATH(name) name##_avx512_vnni
#include "run.h"
#endif
