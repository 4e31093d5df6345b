#include "CTestSupport.h"

#include <errno.h>
#include <linux/bpf.h>
#include <stdint.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

// Of newer headers than some systems have.
enum { TCX_EGRESS = 47 };

static int bpf(int command, union bpf_attr *attributes) {
    int result = (int)syscall(SYS_bpf, command, attributes, sizeof *attributes);
    return result < 0 ? -errno : result;
}

static int load(uint32_t type, const struct bpf_insn *instructions, size_t count) {
    union bpf_attr attributes;
    memset(&attributes, 0, sizeof attributes);
    attributes.prog_type = type;
    attributes.insns = (uint64_t)(uintptr_t)instructions;
    attributes.insn_cnt = (uint32_t)count;
    attributes.license = (uint64_t)(uintptr_t)"GPL";
    return bpf(BPF_PROG_LOAD, &attributes);
}

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))
#define INSTRUCTION(operation, to, from, skip, value) \
    { .code = (operation), .dst_reg = (to), .src_reg = (from), .off = (skip), .imm = (value) }
#define COPY(to, from) INSTRUCTION(BPF_ALU64 | BPF_MOV | BPF_X, to, from, 0, 0)
#define SET(to, value) INSTRUCTION(BPF_ALU64 | BPF_MOV | BPF_K, to, 0, 0, value)
// The byte of a packet, in register 0; the packet is in register 6.
#define BYTE(offset) INSTRUCTION(BPF_LD | BPF_ABS | BPF_B, 0, 0, 0, offset)
#define END INSTRUCTION(BPF_JMP | BPF_EXIT, 0, 0, 0, 0)

int kernel_filter(int offset, int value) {
    struct bpf_insn program[] = {
        COPY(6, 1),
        BYTE(offset),
        INSTRUCTION(BPF_JMP | BPF_JNE | BPF_K, 0, 0, 2, value),
        SET(0, -1),
        END,
        SET(0, 0),
        END,
    };
    return load(BPF_PROG_TYPE_SOCKET_FILTER, program, COUNT(program));
}

int kernel_chooser(int offset, int first) {
    struct bpf_insn program[] = {
        COPY(6, 1),
        BYTE(offset),
        INSTRUCTION(BPF_ALU64 | BPF_SUB | BPF_K, 0, 0, 0, first),
        END,
    };
    return load(BPF_PROG_TYPE_SOCKET_FILTER, program, COUNT(program));
}

int kernel_marks_by_time(unsigned int interface) {
    struct bpf_insn program[] = {
        INSTRUCTION(BPF_LDX | BPF_MEM | BPF_DW, 2, 1, offsetof(struct __sk_buff, tstamp), 0),
        INSTRUCTION(BPF_ALU64 | BPF_DIV | BPF_K, 2, 0, 0, 1000000000),
        INSTRUCTION(BPF_STX | BPF_MEM | BPF_W, 1, 2, offsetof(struct __sk_buff, mark), 0),
        // On as if there were no program.
        SET(0, -1),
        END,
    };
    int loaded = load(BPF_PROG_TYPE_SCHED_CLS, program, COUNT(program));
    if (loaded < 0) return loaded;
    union bpf_attr attributes;
    memset(&attributes, 0, sizeof attributes);
    attributes.link_create.prog_fd = (uint32_t)loaded;
    attributes.link_create.target_fd = interface;
    attributes.link_create.attach_type = TCX_EGRESS;
    int link = bpf(BPF_LINK_CREATE, &attributes);
    close(loaded);
    return link;
}
