// How fast this machine lets any program look at the bytes of a file: counts newlines with the plainest loop over
// views that begin at multiples of 2 MiB. Compiled and run by Scripts/bench; not part of the product.
//
//   bench-limit FILE THREADS
#include <fcntl.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>

enum { WINDOW = 16 << 20 };

static int file;
static uint64_t size;
static atomic_uint_fast64_t next, total;

typedef uint8_t bytes __attribute__((vector_size(32)));

#if defined(__x86_64__)
__attribute__((target("avx2")))
#endif
static uint64_t newlines(const uint8_t *start, size_t count) {
  uint64_t sum = 0;
  size_t index = 0;
  while (count - index >= 32) {
    // A lane counts to 255 before it overflows.
    bytes lanes = {0};
    for (int i = 0; i < 255 && count - index >= 32; i++, index += 32) {
      bytes some;
      memcpy(&some, start + index, 32);
      lanes -= (bytes)(some == '\n');
    }
    for (int i = 0; i < 32; i++) sum += lanes[i];
  }
  for (; index < count; index++) sum += start[index] == '\n';
  return sum;
}

static void *work(void *unused) {
  (void)unused;
  for (;;) {
    uint64_t start = atomic_fetch_add(&next, WINDOW);
    if (start >= size) return NULL;
    size_t count = size - start < WINDOW ? size - start : WINDOW;
    const uint8_t *view = mmap(NULL, count, PROT_READ, MAP_SHARED, file, (off_t)start);
    if (view == MAP_FAILED) exit(1);
    atomic_fetch_add(&total, newlines(view, count));
    munmap((void *)view, count);
  }
}

int main(int count, char **arguments) {
  struct stat status;
  if (count != 3 || (file = open(arguments[1], O_RDONLY)) < 0 || fstat(file, &status) != 0) return 2;
  size = (uint64_t)status.st_size;
  int threads = atoi(arguments[2]);
  pthread_t others[64];
  for (int i = 1; i < threads && i < 64; i++) pthread_create(&others[i], NULL, work, NULL);
  work(NULL);
  for (int i = 1; i < threads && i < 64; i++) pthread_join(others[i], NULL);
  printf("%llu\n", (unsigned long long)total);
}
