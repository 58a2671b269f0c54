// Tells ThreadSanitizer about the contended paths of Swift's Mutex. Its uncontended paths are atomics inside our own code, which the sanitizer
// sees; the others wait in the kernel from within the (uninstrumented) standard library, so that it misses their order and reports races
// between bodies of withLock. Linked into sanitizer builds only; the symbols take the place of the library's and call it.
#define _GNU_SOURCE
#include <dlfcn.h>
#include <stdbool.h>
#include <stdint.h>

#define SELF __attribute__((swift_context)) void *self
typedef __attribute__((swiftcall)) void (*LockSlow)(uint32_t, SELF);
typedef __attribute__((swiftcall)) bool (*TryLockSlow)(SELF);
typedef __attribute__((swiftcall)) void (*UnlockSlow)(SELF);

void __tsan_acquire(void *address);
void __tsan_release(void *address);

#define LOCK "$s15Synchronization12_MutexHandleV9_lockSlowyys6UInt32VF"
#define TRY_LOCK "$s15Synchronization12_MutexHandleV12_tryLockSlowSbyF"
#define UNLOCK "$s15Synchronization12_MutexHandleV11_unlockSlowyyF"

__attribute__((swiftcall)) void kerege_lock_slow(uint32_t thread, SELF) __asm__(LOCK);
__attribute__((swiftcall)) bool kerege_try_lock_slow(SELF) __asm__(TRY_LOCK);
__attribute__((swiftcall)) void kerege_unlock_slow(SELF) __asm__(UNLOCK);

__attribute__((swiftcall)) void kerege_lock_slow(uint32_t thread, SELF) {
    ((LockSlow)dlsym(RTLD_NEXT, LOCK))(thread, self);
    __tsan_acquire(self);
}

__attribute__((swiftcall)) bool kerege_try_lock_slow(SELF) {
    bool locked = ((TryLockSlow)dlsym(RTLD_NEXT, TRY_LOCK))(self);
    if (locked) __tsan_acquire(self);
    return locked;
}

__attribute__((swiftcall)) void kerege_unlock_slow(SELF) {
    __tsan_release(self);
    ((UnlockSlow)dlsym(RTLD_NEXT, UNLOCK))(self);
}
