// Prints the address structures of this system's headers, each field with a value of its own: the name, the size, and the
// bytes from behind the family in hexadecimal digits.
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>

#include <linux/atalk.h>
#include <linux/ax25.h>
#include <linux/can.h>
#include <linux/if_alg.h>
#include <linux/if_packet.h>
#include <linux/if_pppox.h>
#include <linux/if_xdp.h>
#include <linux/llc.h>
#include <linux/mctp.h>
#include <linux/netlink.h>
#include <linux/nfc.h>
#include <linux/phonet.h>
#include <linux/qrtr.h>
#include <linux/tipc.h>
#include <linux/vm_sockets.h>
#include <linux/x25.h>
#include <netipx/ipx.h>

// Headers of a package that few machines have; without it the structures of the kernel's ABI.
#if __has_include(<bluetooth/bluetooth.h>)
#include <bluetooth/bluetooth.h>
#include <bluetooth/hci.h>
#include <bluetooth/l2cap.h>
#include <bluetooth/rfcomm.h>
#include <bluetooth/sco.h>
#else
typedef struct { uint8_t b[6]; } __attribute__((packed)) bdaddr_t;
struct sockaddr_l2 {
    sa_family_t l2_family; unsigned short l2_psm; bdaddr_t l2_bdaddr; unsigned short l2_cid; uint8_t l2_bdaddr_type;
};
struct sockaddr_rc { sa_family_t rc_family; bdaddr_t rc_bdaddr; uint8_t rc_channel; };
struct sockaddr_hci { sa_family_t hci_family; unsigned short hci_dev, hci_channel; };
struct sockaddr_sco { sa_family_t sco_family; bdaddr_t sco_bdaddr; };
#endif

// Structures that no header of a present system has: the ABI of kernels that had the families, and of 4.3BSD.
struct abi_irda { sa_family_t family; uint8_t selector; uint32_t device; char name[25]; };
struct abi_ieee802154 {
    sa_family_t family;
    struct { int form; uint16_t network; union { uint8_t hardware[8]; uint16_t short_address; }; } address;
};
struct abi_ns { sa_family_t family; uint8_t network[4], host[6]; uint16_t port; char zero[2]; };

static void show(const char *name, const void *address, size_t size) {
    printf("%s %zu ", name, size);
    for (size_t index = 2; index < size; index++) printf("%02x", ((const uint8_t *)address)[index]);
    printf("\n");
}
#define SHOW(name, type, ...) \
    do { type address; memset(&address, 0, sizeof address); __VA_ARGS__; show(name, &address, sizeof address); } while (0)

int main(void) {
    const bdaddr_t device = {{0x13, 0x71, 0xda, 0x7d, 0x1a, 0x00}};
    const uint8_t mac[6] = {2, 0xfc, 0, 0, 0, 1};
    SHOW("netlink", struct sockaddr_nl, address.nl_pid = 0x01020304; address.nl_groups = 0x05060708);
    SHOW("packet", struct sockaddr_ll, address.sll_protocol = htons(0x86dd); address.sll_ifindex = 0x01020304;
         address.sll_hatype = 1; address.sll_pkttype = PACKET_OTHERHOST; address.sll_halen = 6;
         memcpy(address.sll_addr, mac, 6));
    SHOW("vsock", struct sockaddr_vm, address.svm_port = 0x01020304; address.svm_cid = VMADDR_CID_HOST;
         address.svm_flags = VMADDR_FLAG_TO_HOST);
    SHOW("can", struct sockaddr_can, address.can_ifindex = 0x01020304);
    SHOW("isotp", struct sockaddr_can, address.can_ifindex = 7; address.can_addr.tp.rx_id = 0x7e8;
         address.can_addr.tp.tx_id = 0x18da10f1 | CAN_EFF_FLAG);
    SHOW("j1939", struct sockaddr_can, address.can_ifindex = 7; address.can_addr.j1939.name = 0x0102030405060708;
         address.can_addr.j1939.pgn = 0x1ee00; address.can_addr.j1939.addr = 0x20);
    SHOW("l2cap", struct sockaddr_l2, address.l2_psm = 0x1019; address.l2_bdaddr = device; address.l2_cid = 0x0405;
         address.l2_bdaddr_type = 2);
    SHOW("rfcomm", struct sockaddr_rc, address.rc_bdaddr = device; address.rc_channel = 3);
    SHOW("hci", struct sockaddr_hci, address.hci_dev = 0x0102; address.hci_channel = 3);
    SHOW("sco", struct sockaddr_sco, address.sco_bdaddr = device);
    SHOW("tipc-service", struct sockaddr_tipc, address.addrtype = TIPC_SERVICE_ADDR; address.scope = TIPC_CLUSTER_SCOPE;
         address.addr.name.name.type = 18888; address.addr.name.name.instance = 17; address.addr.name.domain = 5);
    SHOW("tipc-range", struct sockaddr_tipc, address.addrtype = TIPC_SERVICE_RANGE; address.scope = TIPC_NODE_SCOPE;
         address.addr.nameseq.type = 18888; address.addr.nameseq.lower = 1; address.addr.nameseq.upper = 9);
    SHOW("tipc-socket", struct sockaddr_tipc, address.addrtype = TIPC_SOCKET_ADDR; address.scope = TIPC_CLUSTER_SCOPE;
         address.addr.id.ref = 0x01020304; address.addr.id.node = 0x05060708);
    SHOW("alg", struct sockaddr_alg, strcpy((char *)address.salg_type, "skcipher"); address.salg_feat = 1;
         address.salg_mask = 2; strcpy((char *)address.salg_name, "cbc(aes)"));
    SHOW("qipcrtr", struct sockaddr_qrtr, address.sq_node = 0x01020304; address.sq_port = QRTR_PORT_CTRL);
    SHOW("ipx", struct sockaddr_ipx, address.sipx_port = htons(0x0451); address.sipx_network = htonl(0x01020304);
         memcpy(address.sipx_node, mac, 6); address.sipx_type = 0x11);
    SHOW("irda", struct abi_irda, address.selector = 0xff; address.device = 0x01020304; strcpy(address.name, "OBEX"));
    SHOW("appletalk", struct sockaddr_at, address.sat_port = 4; address.sat_addr.s_net = htons(0xff00);
         address.sat_addr.s_node = 12);
    SHOW("x25", struct sockaddr_x25, strcpy(address.sx25_addr.x25_addr, "13110000"));
    SHOW("ax25", struct full_sockaddr_ax25,
         memcpy(&address.fsa_ax25.sax25_call, "\x88\x84\x60\x82\x82\x82\x0e", 7); address.fsa_ax25.sax25_ndigis = 1;
         memcpy(&address.fsa_digipeater[0], "\x88\x84\x60\x84\x40\x40\x00", 7));
    SHOW("xdp", struct sockaddr_xdp, address.sxdp_flags = XDP_ZEROCOPY | XDP_USE_NEED_WAKEUP;
         address.sxdp_ifindex = 0x01020304; address.sxdp_queue_id = 5; address.sxdp_shared_umem_fd = 6);
    SHOW("nfc", struct sockaddr_nfc, address.dev_idx = 1; address.target_idx = 2; address.nfc_protocol = 5);
    SHOW("nfc-link", struct sockaddr_nfc_llcp, address.dev_idx = 1; address.target_idx = 2; address.nfc_protocol = 5;
         address.dsap = 4; address.ssap = 32; strcpy(address.service_name, "urn:nfc:sn:snep");
         address.service_name_len = 15);
    SHOW("pppoe", struct sockaddr_pppox, address.sa_protocol = PX_PROTO_OE; address.sa_addr.pppoe.sid = htons(0x0102);
         memcpy(address.sa_addr.pppoe.remote, mac, 6); strcpy(address.sa_addr.pppoe.dev, "eth0"));
    SHOW("pptp", struct sockaddr_pppox, address.sa_protocol = PX_PROTO_PPTP; address.sa_addr.pptp.call_id = 0x0102;
         address.sa_addr.pptp.sin_addr.s_addr = htonl(0xc0000201));
    SHOW("phonet", struct sockaddr_pn, address.spn_obj = 1; address.spn_dev = 0x6c; address.spn_resource = 0x10);
    SHOW("ieee802154-short", struct abi_ieee802154, address.address.form = 2; address.address.network = 0xbeef;
         address.address.short_address = 0x0102);
    SHOW("ieee802154-long", struct abi_ieee802154, address.address.form = 3; address.address.network = 0xbeef;
         memcpy(address.address.hardware, "\1\2\3\4\5\6\7\10", 8));
    SHOW("mctp", struct sockaddr_mctp, address.smctp_network = 0x01020304; address.smctp_addr.s_addr = 8;
         address.smctp_type = 1; address.smctp_tag = 0x0b);
    SHOW("llc", struct sockaddr_llc, address.sllc_arphrd = 1; address.sllc_test = 1; address.sllc_ua = 1;
         address.sllc_sap = 4; memcpy(address.sllc_mac, mac, 6));
    SHOW("xns", struct abi_ns, memcpy(address.network, "\1\2\3\4", 4); memcpy(address.host, mac, 6);
         address.port = htons(0x0451));
    // No address: its first two bytes are half of the status.
    SHOW("tpacket_auxdata", struct tpacket_auxdata, address.tp_status = 0x010054; address.tp_len = 0x01020304;
         address.tp_snaplen = 0x01020300; address.tp_mac = 0x50; address.tp_net = 0x5e; address.tp_vlan_tci = 0xb123;
         address.tp_vlan_tpid = 0x8100);
    // Control messages: the structure behind the length, and the numbers of the kinds.
    struct { char before[2]; uint32_t length; uint8_t vector[3]; } __attribute__((packed)) vector = {.length = 3};
    _Static_assert(sizeof(struct af_alg_iv) == 4, "the length stands alone before the bytes");
    memcpy(vector.vector, "\1\2\3", 3);
    show("af_alg_iv", &vector, sizeof vector);
    uint8_t kinds[] = {0, 0, ALG_SET_IV, ALG_SET_OP, ALG_SET_AEAD_ASSOCLEN, ALG_OP_DECRYPT, ALG_OP_ENCRYPT};
    show("af_alg_kinds", kinds, sizeof kinds);
    return 0;
}
