// What an event loop needs and Swift cannot say: words that threads share at fixed addresses, and suspending a task
// without the ways round that a continuation takes.
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/epoll.h>

// MARK: The state of a socket on a loop

/// Bits of a direction's word. Above them stands the task that waits, whose address is a multiple of 16.
enum {
    /// The kernel may have something: ask it. Cleared before asking, so that an event that comes meanwhile is kept.
    CASYNC_READY = 1,
    /// An end, an error or urgent data has been announced: from now on a short read does not mean "drained".
    CASYNC_VAGUE = 2,
    CASYNC_CLOSED = 4,
    /// The task was suspended by the loop's own thread, and can be run there without a detour.
    CASYNC_LOCAL = 8,
    CASYNC_FLAGS = 15,
};

enum { CASYNC_READ = 0, CASYNC_WRITE = 1 };

/// Why a wait ended.
enum {
    CASYNC_ASK = 0,
    CASYNC_CANCELLED = 1,
    CASYNC_TIMED_OUT = 2,
    CASYNC_WAS_CLOSED = 3,
    /// Another task waits in the same direction.
    CASYNC_BUSY = 4,
};

/// One socket as a loop sees it. Made and freed by `casync_watch_make` and `casync_watch_free`.
///
/// Swift sees functions alone: the fields are shared by threads through the atomic operations here, or are the loop
/// thread's own.
struct casync_watch {
    uintptr_t words[2];
    /// The task whose cancellation ends all its waits here, or 0.
    uintptr_t owner;
    int64_t deadlines[2];
    int outcomes[2];
    int32_t timers[2];
    uint32_t interest;
    int number;
    /// The last task that could not wait because another one does.
    uintptr_t refused;
    void *_Nonnull loop;
    struct casync_watch *_Nullable next;
    struct casync_watch *_Nullable *_Nullable link;
};

#define CASYNC_INLINE static inline __attribute__((always_inline))

CASYNC_INLINE void *_Nullable casync_watch_make(int number, void *_Nonnull loop) {
    struct casync_watch *watch = (struct casync_watch *)calloc(1, sizeof *watch);
    if (!watch) return NULL;
    watch->number = number;
    watch->loop = loop;
    for (int direction = 0; direction < 2; direction++) {
        // Nobody has asked the kernel yet.
        watch->words[direction] = CASYNC_READY;
        watch->deadlines[direction] = INT64_MAX;
        watch->timers[direction] = -1;
    }
    return watch;
}

CASYNC_INLINE void casync_watch_free(void *_Nonnull watch) { free(watch); }

/// The address as a watch.
#define W ((struct casync_watch *)watch)

CASYNC_INLINE int casync_watch_number(const void *_Nonnull watch) { return W->number; }
CASYNC_INLINE void *_Nonnull casync_watch_loop(const void *_Nonnull watch) { return W->loop; }

/// The loop's list of its watches, under the loop's lock.
CASYNC_INLINE void *_Nullable casync_watch_next(const void *_Nonnull watch) { return W->next; }
CASYNC_INLINE void casync_watch_link(void *_Nonnull watch, void *_Nullable *_Nonnull first) {
    struct casync_watch **place = (struct casync_watch **)first;
    W->next = *place;
    W->link = place;
    if (*place) (*place)->link = &W->next;
    *place = W;
}
CASYNC_INLINE void casync_watch_unlink(void *_Nonnull watch) {
    if (!W->link) return;
    *W->link = W->next;
    if (W->next) W->next->link = W->link;
    W->link = NULL;
    W->next = NULL;
}

/// The events that the kernel has been asked for; under the loop's lock to write.
CASYNC_INLINE uint32_t casync_interest(const void *_Nonnull watch) { return __atomic_load_n(&W->interest, __ATOMIC_ACQUIRE); }
CASYNC_INLINE void casync_set_interest(void *_Nonnull watch, uint32_t events) {
    __atomic_store_n(&W->interest, events, __ATOMIC_RELEASE);
}

/// The word of a direction.
CASYNC_INLINE uintptr_t casync_word(const void *_Nonnull watch, int direction) {
    return __atomic_load_n(&W->words[direction], __ATOMIC_ACQUIRE);
}

/// Whether the kernel is to be asked.
CASYNC_INLINE bool casync_is_ready(const void *_Nonnull watch, int direction) {
    return casync_word(watch, direction) & (CASYNC_READY | CASYNC_CLOSED);
}

/// Whether the kernel is to be asked; takes the readiness away, for it to be told anew.
CASYNC_INLINE bool casync_take_ready(void *_Nonnull watch, int direction) {
    uintptr_t word = casync_word(watch, direction);
    if (word & CASYNC_CLOSED) return true;
    if (!(word & CASYNC_READY)) return false;
    __atomic_fetch_and(&W->words[direction], ~(uintptr_t)CASYNC_READY, __ATOMIC_SEQ_CST);
    return true;
}

/// The last call did not use up what was there. After a vague event a short read says nothing.
/// True when somebody began to wait meanwhile, who is to be woken: there may be no other event for what was left.
CASYNC_INLINE bool casync_keep_ready(void *_Nonnull watch, int direction) {
    __atomic_fetch_or(&W->words[direction], CASYNC_READY, __ATOMIC_SEQ_CST);
    return casync_word(watch, direction) > CASYNC_FLAGS;
}
CASYNC_INLINE bool casync_is_vague(const void *_Nonnull watch, int direction) {
    return casync_word(watch, direction) & CASYNC_VAGUE;
}

/// The task of a word and whether it is local, or 0.
CASYNC_INLINE uintptr_t casync_waiting(uintptr_t word) {
    return word > CASYNC_FLAGS ? word & ~(uintptr_t)(CASYNC_READY | CASYNC_VAGUE | CASYNC_CLOSED) : 0;
}

/// Notes what was announced, and takes the task that waits for it: its address with CASYNC_LOCAL, or 0.
CASYNC_INLINE uintptr_t casync_announce(void *_Nonnull watch, int direction, bool vague) {
    uintptr_t *place = &W->words[direction];
    uintptr_t word = __atomic_load_n(place, __ATOMIC_ACQUIRE), after, task;
    do {
        task = casync_waiting(word);
        after = (word & (CASYNC_VAGUE | CASYNC_CLOSED)) | CASYNC_READY | (vague ? CASYNC_VAGUE : 0);
    } while (!__atomic_compare_exchange_n(place, &word, after, true, __ATOMIC_SEQ_CST, __ATOMIC_ACQUIRE));
    if (task) __atomic_store_n(&W->outcomes[direction], CASYNC_ASK, __ATOMIC_RELEASE);
    return task;
}

/// Ends a wait for another reason than readiness, if the task that waits is `only` (0: any), and sets flags; takes the task
/// that waits, or 0.
static inline uintptr_t casync_end_wait(
    void *_Nonnull watch, int direction, int outcome, uintptr_t only, uintptr_t flags
) {
    uintptr_t *place = &W->words[direction];
    uintptr_t word = __atomic_load_n(place, __ATOMIC_ACQUIRE), task;
    do {
        task = casync_waiting(word);
        if (only && (task & ~(uintptr_t)CASYNC_FLAGS) != only) return 0;
        if (!task && !flags) return 0;
    } while (!__atomic_compare_exchange_n(
        place, &word, (word & (CASYNC_READY | CASYNC_VAGUE | CASYNC_CLOSED)) | flags, true, __ATOMIC_SEQ_CST, __ATOMIC_ACQUIRE));
    if (task) __atomic_store_n(&W->outcomes[direction], outcome, __ATOMIC_RELEASE);
    return task;
}

/// Lets a task wait: `CASYNC_ASK` when it waits now, else the reason why not, with `*waits` false. Readiness that keeps it
/// from waiting stays, for the task to take before it asks.
CASYNC_INLINE int casync_publish(void *_Nonnull watch, int direction, uintptr_t task, bool *_Nonnull waits) {
    uintptr_t *place = &W->words[direction];
    uintptr_t word = __atomic_load_n(place, __ATOMIC_ACQUIRE);
    *waits = false;
    do {
        if (word & CASYNC_CLOSED) return CASYNC_WAS_CLOSED;
        if (word & CASYNC_READY) return CASYNC_ASK;
        if (casync_waiting(word)) return CASYNC_BUSY;
    } while (!__atomic_compare_exchange_n(place, &word, word | task, true, __ATOMIC_SEQ_CST, __ATOMIC_ACQUIRE));
    *waits = true;
    return CASYNC_ASK;
}

/// Why the last wait ended; for the task that waited.
CASYNC_INLINE int casync_outcome(const void *_Nonnull watch, int direction) {
    return __atomic_load_n(&W->outcomes[direction], __ATOMIC_ACQUIRE);
}
CASYNC_INLINE void casync_set_outcome(void *_Nonnull watch, int direction, int outcome) {
    __atomic_store_n(&W->outcomes[direction], outcome, __ATOMIC_RELEASE);
}

/// Tells a task that cannot wait why. The outcome is one for all: the task that waits must not take "busy" for its own.
CASYNC_INLINE void casync_refuse(void *_Nonnull watch, int direction, int outcome, uintptr_t task) {
    if (outcome == CASYNC_BUSY) __atomic_store_n(&W->refused, task & ~(uintptr_t)CASYNC_FLAGS, __ATOMIC_RELEASE);
    casync_set_outcome(watch, direction, outcome);
}
CASYNC_INLINE uintptr_t casync_refused(const void *_Nonnull watch) {
    return __atomic_load_n(&W->refused, __ATOMIC_ACQUIRE);
}

/// The deadline of the wait, and the place of its timer in the loop's heap (-1: none).
CASYNC_INLINE int64_t casync_deadline(const void *_Nonnull watch, int direction) {
    return __atomic_load_n(&W->deadlines[direction], __ATOMIC_SEQ_CST);
}
CASYNC_INLINE void casync_set_deadline(void *_Nonnull watch, int direction, int64_t nanoseconds) {
    __atomic_store_n(&W->deadlines[direction], nanoseconds, __ATOMIC_SEQ_CST);
}
CASYNC_INLINE void casync_clear_deadline(void *_Nonnull watch, int direction, int64_t own) {
    __atomic_compare_exchange_n(&W->deadlines[direction], &own, INT64_MAX, false, __ATOMIC_SEQ_CST, __ATOMIC_SEQ_CST);
}
CASYNC_INLINE int32_t casync_timer(const void *_Nonnull watch, int direction) { return W->timers[direction]; }
CASYNC_INLINE void casync_set_timer(void *_Nonnull watch, int direction, int32_t index) { W->timers[direction] = index; }

#undef W

// MARK: The thread

/// What a loop's thread knows of itself.
struct casync_thread {
    /// The loop whose thread this is.
    void *_Nullable loop;
    /// The loop's memory for short reads; null on other threads.
    void *_Nullable scratch;
    /// A task that gave up its turn, for the loop to queue again.
    void *_Nullable yielded;
    /// How many more operations the running job may do before it lets others run.
    int32_t budget;
};

extern __thread struct casync_thread casync_this_thread __attribute__((tls_model("initial-exec")));

static inline void *_Nullable casync_current_loop(void) { return casync_this_thread.loop; }
static inline void casync_set_current_loop(void *_Nullable loop, void *_Nullable scratch) {
    casync_this_thread.loop = loop;
    casync_this_thread.scratch = scratch;
}
static inline void *_Nullable casync_scratch(void) { return casync_this_thread.scratch; }
static inline void casync_set_budget(int32_t count) { casync_this_thread.budget = count; }
static inline void *_Nullable casync_take_yielded(void) {
    void *task = casync_this_thread.yielded;
    casync_this_thread.yielded = 0;
    return task;
}

/// Counts one operation; true when the job has had its share. Threads that are no loop's count too: who never waits is to
/// notice its cancellation there as well.
static inline bool casync_spend(void) { return --casync_this_thread.budget <= 0; }

/// Counts large transfers: 16 KiB as one operation.
static inline void casync_charge(long bytes) {
    if (bytes >= 1 << 14) casync_this_thread.budget -= (int32_t)(bytes >> 14 < 1 << 20 ? bytes >> 14 : 1 << 20);
}

/// Whether the loop can be told of one more task that gives way: it looks only between two jobs.
static inline bool casync_can_give_way(void) { return casync_this_thread.loop && !casync_this_thread.yielded; }

// MARK: epoll

/// Waits as epoll_pwait2(2) does, or epoll_wait(2) where the kernel or a filter has no such call. `nanoseconds` below zero:
/// for ever. The number of events, or a negative errno. By number: the library's functions are cancellation points.
long casync_epoll_wait(int epoll, struct epoll_event *_Nonnull events, int capacity, int64_t nanoseconds);
CASYNC_INLINE uint64_t casync_event_token(const struct epoll_event *_Nonnull event) { return event->data.u64; }
CASYNC_INLINE uint32_t casync_event_bits(const struct epoll_event *_Nonnull event) { return event->events; }

// MARK: Tasks

/// The running task, or null.
void *_Nullable casync_current_task(void);
/// Resumes a task that was suspended by `casync_suspend` or by a continuation, by its own executor.
void casync_resume(uintptr_t task);
/// Runs a task that was suspended here, now, on the loop's thread.
void casync_run(void *_Nonnull task, void *_Nullable identity, void *_Nullable implementation);

/// Ends the waits in one direction when the running task is cancelled; to be removed by the same task, last in first out.
void *_Nonnull casync_add_cancellation(void *_Nonnull watch, int direction);
void casync_remove_cancellation(void *_Nonnull record);
/// The same for all waits of the running task on this watch, in both directions; `casync_is_owner` is true for it meanwhile.
void *_Nonnull casync_add_owner(void *_Nonnull watch);
void casync_remove_owner(void *_Nonnull watch, void *_Nonnull record);
bool casync_is_owner(const void *_Nonnull watch);
