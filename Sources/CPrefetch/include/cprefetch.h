#ifndef CPREFETCH_H
#define CPREFETCH_H

/// Has the processor bring what lies at an address nearer while other work goes on; Swift has no word for it.
///
/// Any address will do: nothing is read, and what cannot be read is left alone.
static inline void prefetch(const void *address) { __builtin_prefetch(address); }

#endif
