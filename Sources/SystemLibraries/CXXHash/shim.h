#include <xxhash.h>
#if defined(__x86_64__)
// The plain entry points run SSE2 code; these pick AVX2 or AVX-512 at run time.
#define XXH_DISPATCH_DISABLE_REPLACE
#include <xxh_x86dispatch.h>
#endif
