// Suspending a task from C.
//
// A continuation made by `withUnsafeContinuation` costs two hops when it is resumed: to the task's executor, although the
// loop's thread is already there, and back to the caller's isolation, although there is none. Each looks for the
// preferred executor under a mutex. The functions here are those that the compiler itself calls for a continuation
// (swift_continuation_init, _await, _resume: part of the runtime's ABI), called without the hops: a task that was suspended on
// its loop's thread, outside of every actor, is run by the loop as the job that it is. All others are resumed in the usual way.
#include "CAsyncSockets.h"

#define SWIFT __attribute__((swiftcall))
#define SWIFT_ASYNC __attribute__((swiftasynccall))
#define ASYNC_CONTEXT __attribute__((swift_async_context))
#define SWIFT_CONTEXT __attribute__((swift_context))

/// The head of each asynchronous function's frame, as the calling convention has it.
struct frame {
    struct frame *parent;
    SWIFT_ASYNC void (*resume)(ASYNC_CONTEXT struct frame *);
};

extern SWIFT void *swift_task_getCurrent(void);
extern SWIFT bool swift_task_isCancelled(void *task);
extern SWIFT void *swift_continuation_init(struct frame *frame, uintptr_t flags);
extern SWIFT_ASYNC void swift_continuation_await(struct frame *frame);
extern SWIFT void swift_continuation_resume(void *task);
extern SWIFT void swift_job_run_on_task_executor(void *job, void *identity, void *implementation);
extern SWIFT void *swift_task_addCancellationHandler(SWIFT void (*handler)(SWIFT_CONTEXT void *), void *context);
extern SWIFT void swift_task_removeCancellationHandler(void *record);

__thread struct casync_thread casync_this_thread __attribute__((tls_model("initial-exec")));

void *casync_current_task(void) { return swift_task_getCurrent(); }
void casync_resume(uintptr_t task) { swift_continuation_resume((void *)(task & ~(uintptr_t)CASYNC_FLAGS)); }

void casync_run(void *task, void *identity, void *implementation) {
    swift_job_run_on_task_executor(task, identity, implementation);
}

static SWIFT void cancelled(SWIFT_CONTEXT void *context) {
    // The direction is the address's lowest bit.
    void *watch = (void *)((uintptr_t)context & ~(uintptr_t)1);
    int direction = (int)((uintptr_t)context & 1);
    uintptr_t task = casync_end_wait(watch, direction, CASYNC_CANCELLED, 0, 0);
    if (task) casync_resume(task);
}

void *casync_add_cancellation(void *watch, int direction) {
    return swift_task_addCancellationHandler(cancelled, (void *)((uintptr_t)watch | (uintptr_t)direction));
}

static SWIFT void owner_cancelled(SWIFT_CONTEXT void *context) {
    struct casync_watch *watch = context;
    uintptr_t owner = __atomic_load_n(&watch->owner, __ATOMIC_ACQUIRE);
    for (int direction = 0; owner && direction < 2; direction++) {
        uintptr_t task = casync_end_wait(watch, direction, CASYNC_CANCELLED, owner, 0);
        if (task) casync_resume(task);
    }
}

void *casync_add_owner(void *watch) {
    __atomic_store_n(&((struct casync_watch *)watch)->owner, (uintptr_t)swift_task_getCurrent(), __ATOMIC_RELEASE);
    return swift_task_addCancellationHandler(owner_cancelled, watch);
}

void casync_remove_owner(void *watch, void *record) {
    swift_task_removeCancellationHandler(record);
    __atomic_store_n(&((struct casync_watch *)watch)->owner, 0, __ATOMIC_RELEASE);
}

bool casync_is_owner(const void *watch) {
    uintptr_t owner = __atomic_load_n(&((struct casync_watch *)watch)->owner, __ATOMIC_ACQUIRE);
    return owner && owner == (uintptr_t)swift_task_getCurrent();
}

void casync_remove_cancellation(void *record) { swift_task_removeCancellationHandler(record); }

/// The pointer to an asynchronous function: where it is, and how large a frame its caller makes for it. Ours is a
/// continuation's context (64 bytes), with room for what it may grow by.
#define ASYNC_FUNCTION(name)                                                                                             \
    __asm__(".pushsection .data.rel.ro,\"aw\"\n"                                                                         \
            ".globl " #name "Tu\n"                                                                                       \
            ".type " #name "Tu, @object\n"                                                                               \
            ".size " #name "Tu, 8\n"                                                                                     \
            ".p2align 3\n" #name "Tu:\n"                                                                                 \
            ".long " #name " - .\n"                                                                                      \
            ".long 128\n"                                                                                                \
            ".popsection\n")

/// `func casync_suspend(_ watch: UInt, _ direction: CInt, _ flags: UInt) async`, to be called without isolation.
///
/// The first two arguments are the caller's isolation, which is null. The outcome is in the watch.
SWIFT_ASYNC void casync_suspend(
    void *actor, void *witnesses, void *watch, int direction, uintptr_t flags, ASYNC_CONTEXT struct frame *frame
);

SWIFT_ASYNC void casync_suspend(
    void *actor, void *witnesses, void *watch, int direction, uintptr_t flags, ASYNC_CONTEXT struct frame *frame
) {
    (void)actor;
    (void)witnesses;
    // The task can be resumed by others as soon as it is published: everything is in place before.
    void *task = swift_continuation_init(frame, 0);
    bool waits;
    int outcome = casync_publish(watch, direction, (uintptr_t)task | flags, &waits);
    if (!waits) {
        casync_refuse(watch, direction, outcome, (uintptr_t)task);
        return frame->resume(frame);
    }
    // A cancellation, or a deadline on another loop's thread, may have come before the task could be seen. One of both
    // sides sees the other: they set first, with the order of all threads, and look afterwards.
#if !defined(__x86_64__)  // there the exchange is such a fence
    __atomic_thread_fence(__ATOMIC_SEQ_CST);
#endif
    if (__builtin_expect(swift_task_isCancelled(task), 0)
        && casync_end_wait(watch, direction, CASYNC_CANCELLED, (uintptr_t)task, 0)) {
        return frame->resume(frame);
    }
    return swift_continuation_await(frame);
}
ASYNC_FUNCTION(casync_suspend);

/// `func casync_give_way() async`, to be called without isolation on a loop's thread: the loop queues the task again.
SWIFT_ASYNC void casync_give_way(void *actor, void *witnesses, ASYNC_CONTEXT struct frame *frame);
SWIFT_ASYNC void casync_give_way(void *actor, void *witnesses, ASYNC_CONTEXT struct frame *frame) {
    (void)actor;
    (void)witnesses;
    // The caller has seen to it that there is a loop and no other task that gave way (`casync_can_give_way`): one that was
    // started inside another's turn (`Task.immediate`) may have.
    casync_this_thread.yielded = swift_continuation_init(frame, 0);
    return swift_continuation_await(frame);
}
ASYNC_FUNCTION(casync_give_way);
