#ifndef COWCHECK_AGENT_H
#define COWCHECK_AGENT_H

/* The agent protocol: how cowcheck commands a process of the system under test. PROTOCOL.md beside
 * this file tells it in one page. C11 and C++, freestanding: no libc, no type wider than 32 bits,
 * no transport: callbacks move the bytes, whether over shared memory, pipes or a serial line.
 *
 * An agent is a process. It waits for a request, does it to its own memory with the means of its
 * system, and replies a status. It fills in a struct cowagent and calls cowagent_serve. */

#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

enum { COWAGENT_VERSION = 1, COWAGENT_REQUEST_BYTES = 36, COWAGENT_REPLY_BYTES = 16 };

/* What a request asks for. The numbers are the bits of a hello's `kinds`. */
enum cowagent_kind {
  COWAGENT_MAP,
  COWAGENT_UNMAP,
  COWAGENT_PROTECT,
  COWAGENT_REMAP,
  COWAGENT_DONTNEED,
  COWAGENT_ADVISE,
  COWAGENT_PAGEOUT,
  COWAGENT_SWAPOFF,
  COWAGENT_READ,
  COWAGENT_WRITE,
  COWAGENT_KERNEL_READ,
  COWAGENT_KERNEL_WRITE,
  COWAGENT_FORCE_WRITE,
  COWAGENT_PIN,
  COWAGENT_UNPIN,
  COWAGENT_DEVICE_READ,
  COWAGENT_DEVICE_WRITE,
  COWAGENT_FORK,
  COWAGENT_EXEC,
  COWAGENT_EXIT,
  COWAGENT_SPLIT,
  COWAGENT_COLLAPSE,
  COWAGENT_MIGRATE,
  COWAGENT_COMPACT,
  COWAGENT_MERGE,
  COWAGENT_UNMERGE,
  COWAGENT_FREE,
  COWAGENT_WP,
  COWAGENT_UNWP,
  COWAGENT_GUARD,
  COWAGENT_UNGUARD,
  COWAGENT_CLEAR_REFS,
  COWAGENT_KINDS,
  COWAGENT_HELLO = 0x40, /* the reply's bytes are a cowagent_hello */
  COWAGENT_THREAD        /* start the thread that acts for odd `cpu`, with a channel of its own */
};

enum cowagent_status {
  COWAGENT_OK,
  COWAGENT_NO_PROCESS,
  COWAGENT_BUSY,           /* pin: it is held */
  COWAGENT_BAD_RANGE,      /* never asked for; for agents that check all the same */
  COWAGENT_OCCUPIED,       /* map, remap: a page is mapped already */
  COWAGENT_NOT_MAPPED,     /* a page of the range is not mapped */
  COWAGENT_SEGFAULT,       /* an access that is not allowed; nothing has changed */
  COWAGENT_NO_MEMORY,      /* nothing has changed */
  COWAGENT_STUCK,          /* the system did what it should never do; `detail` says more */
  COWAGENT_INVALID,        /* advise and its like: not for this page */
  COWAGENT_NO_PIN,         /* the process holds no such pin */
  COWAGENT_BUS_ERROR,      /* an access or pin: the pool of huge pages has none for it */
  COWAGENT_TRAPPED,        /* a store, or a pin for writing: the page is write-protected (wp) */
  COWAGENT_GARBLED = 0x40, /* the request did not arrive whole: send it again */
  COWAGENT_UNKNOWN         /* the agent does not know this kind */
};

enum cowagent_access { COWAGENT_NONE, COWAGENT_READABLE, COWAGENT_WRITABLE };
enum cowagent_flags { COWAGENT_SHARED = 1, COWAGENT_HUGE = 2, COWAGENT_FILE = 4 }; /* of map */
enum cowagent_advice {
  COWAGENT_DONTFORK,
  COWAGENT_DOFORK,
  COWAGENT_WIPEONFORK,
  COWAGENT_KEEPONFORK
};

/* Ranges: `page` and `count` pages, or `length` bytes from byte `offset` of `page` on. What writes
 * makes byte i of the range `value` + i (mod 256). A map with COWAGENT_FILE shows the one file of
 * the world, from its page `to` on. A field that a kind does not use is 0. */
struct cowagent_request {
  uint8_t kind, proc, cpu, child, access, flags, advice, pin, value;
  uint16_t sequence; /* the reply repeats it */
  uint32_t page, count, offset, length, to;
};

struct cowagent_reply {
  uint8_t status;
  uint16_t sequence;
  uint32_t length;      /* of the bytes that follow: what a read has read */
  uint32_t detail;      /* fork: the system's number of the child; stuck: an error number */
  const uint8_t* bytes; /* theirs who performed; not transmitted as such */
};

/* What an agent can do. */
struct cowagent_hello {
  uint32_t version, page_bytes, pages, procs, kinds; /* kinds: bit k for cowagent_kind k */
};
enum { COWAGENT_HELLO_BYTES = 20 };

/* All numbers are transmitted with their lowest byte first. */
static inline void cowagent_put(uint8_t* at, uint32_t value, unsigned bytes) {
  for (unsigned i = 0; i < bytes; ++i) at[i] = (uint8_t)(value >> 8 * i);
}
static inline uint32_t cowagent_get(const uint8_t* at, unsigned bytes) {
  uint32_t value = 0;
  for (unsigned i = 0; i < bytes; ++i) value |= (uint32_t)at[i] << 8 * i;
  return value;
}

/* Two running sums (Fletcher): notices lost, doubled, swapped and changed bytes. Goes on from
 * `sum`, which begins as COWAGENT_SUM. */
enum { COWAGENT_SUM = 1 };
static inline uint32_t cowagent_sum(uint32_t sum, const uint8_t* bytes, uint32_t length) {
  uint32_t low = sum & 0xffff, high = sum >> 16;
  for (uint32_t i = 0; i < length; ++i) {
    low = (low + bytes[i]) & 0xffff;
    high = (high + low) & 0xffff;
  }
  return high << 16 | low;
}

/* The first byte of a request and of a reply: where to look for the next one after noise. */
enum { COWAGENT_REQUEST_MARK = 0xc3, COWAGENT_REPLY_MARK = 0x3c };

static inline void cowagent_encode_request(const struct cowagent_request* r, uint8_t* to) {
  to[0] = COWAGENT_REQUEST_MARK;
  to[1] = r->kind;
  to[2] = r->proc;
  to[3] = r->cpu;
  to[4] = r->child;
  to[5] = r->access;
  to[6] = r->flags;
  to[7] = r->advice;
  to[8] = r->pin;
  to[9] = r->value;
  cowagent_put(to + 10, r->sequence, 2);
  cowagent_put(to + 12, r->page, 4);
  cowagent_put(to + 16, r->count, 4);
  cowagent_put(to + 20, r->offset, 4);
  cowagent_put(to + 24, r->length, 4);
  cowagent_put(to + 28, r->to, 4);
  cowagent_put(to + 32, cowagent_sum(COWAGENT_SUM, to, 32), 4);
}

/* 0 when the bytes are no request. */
static inline int cowagent_decode_request(const uint8_t* from, struct cowagent_request* r) {
  if (from[0] != COWAGENT_REQUEST_MARK) return 0;
  if (cowagent_get(from + 32, 4) != cowagent_sum(COWAGENT_SUM, from, 32)) return 0;
  r->kind = from[1];
  r->proc = from[2];
  r->cpu = from[3];
  r->child = from[4];
  r->access = from[5];
  r->flags = from[6];
  r->advice = from[7];
  r->pin = from[8];
  r->value = from[9];
  r->sequence = (uint16_t)cowagent_get(from + 10, 2);
  r->page = cowagent_get(from + 12, 4);
  r->count = cowagent_get(from + 16, 4);
  r->offset = cowagent_get(from + 20, 4);
  r->length = cowagent_get(from + 24, 4);
  r->to = cowagent_get(from + 28, 4);
  return 1;
}

/* `trusted`: the transport loses nothing (shared memory), so the bytes behind are not summed. */
static inline uint32_t cowagent_reply_sum(const uint8_t* head, const struct cowagent_reply* r,
                                          int trusted) {
  const uint32_t sum = cowagent_sum(COWAGENT_SUM, head, 12);
  return trusted ? sum : cowagent_sum(sum, r->bytes, r->length);
}

static inline void cowagent_encode_reply(const struct cowagent_reply* r, int trusted, uint8_t* to) {
  to[0] = COWAGENT_REPLY_MARK;
  to[1] = r->status;
  cowagent_put(to + 2, r->sequence, 2);
  cowagent_put(to + 4, r->length, 4);
  cowagent_put(to + 8, r->detail, 4);
  cowagent_put(to + 12, cowagent_reply_sum(to, r, trusted), 4);
}

/* The head of a reply: says how many bytes follow. 0 when it is none. */
static inline int cowagent_decode_reply(const uint8_t* head, struct cowagent_reply* r) {
  if (head[0] != COWAGENT_REPLY_MARK) return 0;
  r->status = head[1];
  r->sequence = (uint16_t)cowagent_get(head + 2, 2);
  r->length = cowagent_get(head + 4, 4);
  r->detail = cowagent_get(head + 8, 4);
  r->bytes = 0;
  return 1;
}

/* With `r->bytes` filled in: has all arrived whole? */
static inline int cowagent_reply_is_whole(const uint8_t* head, const struct cowagent_reply* r,
                                          int trusted) {
  return cowagent_get(head + 12, 4) == cowagent_reply_sum(head, r, trusted);
}

static inline void cowagent_encode_hello(const struct cowagent_hello* h, uint8_t* to) {
  const uint32_t words[] = {h->version, h->page_bytes, h->pages, h->procs, h->kinds};
  for (unsigned i = 0; i < 5; ++i) cowagent_put(to + 4 * i, words[i], 4);
}
static inline void cowagent_decode_hello(const uint8_t* from, struct cowagent_hello* h) {
  uint32_t* const words[] = {&h->version, &h->page_bytes, &h->pages, &h->procs, &h->kinds};
  for (unsigned i = 0; i < 5; ++i) *words[i] = cowagent_get(from + 4 * i, 4);
}

/* A range of bytes, cut where pages end. Begin with all fields 0; answers 0 behind the last. */
struct cowagent_piece {
  uint32_t page, offset, length; /* in one page */
  uint32_t first;                /* how many bytes of the range lie before it */
};
static inline int cowagent_next_piece(const struct cowagent_request* r, uint32_t page_bytes,
                                      struct cowagent_piece* piece) {
  const uint32_t first = piece->first + piece->length;
  if (first >= r->length) return 0;
  const uint32_t at = r->offset + first, left = r->length - first;
  piece->first = first;
  piece->page = r->page + at / page_bytes;
  piece->offset = at % page_bytes;
  piece->length = page_bytes - piece->offset;
  if (piece->length > left) piece->length = left;
  return 1;
}

/* A transport without raw bytes, as a console: two hexadecimal digits a byte. A request is 72
 * digits, which fits a line of 80. */
static inline void cowagent_to_hex(const uint8_t* bytes, uint32_t length, char* to) {
  for (uint32_t i = 0; i < length; ++i) {
    to[2 * i] = "0123456789abcdef"[bytes[i] >> 4];
    to[2 * i + 1] = "0123456789abcdef"[bytes[i] & 15];
  }
}
/* 0 when one of the 2 * `length` characters is no digit. */
static inline int cowagent_from_hex(const char* from, uint32_t length, uint8_t* bytes) {
  for (uint32_t i = 0; i < 2 * length; ++i) {
    const char c = from[i];
    const int digit = c >= '0' && c <= '9' ? c - '0' : c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
    if (digit < 0) return 0;
    bytes[i / 2] = (uint8_t)(i % 2 == 0 ? digit << 4 : bytes[i / 2] | digit);
  }
  return 1;
}

/* An agent: its callbacks, each called with `self`. */
struct cowagent {
  void* self;
  int trusted;
  struct cowagent_hello hello;
  /* Brings the next request's bytes; 0: there will be none. */
  int (*receive)(void* self, uint8_t request[COWAGENT_REQUEST_BYTES]);
  /* Sends a reply: its head, then reply->length bytes. */
  void (*send)(void* self, const uint8_t* head, const struct cowagent_reply* reply);
  /* Does what is asked and fills the reply in; 0: no reply from here (a fork's child, an exit). */
  int (*perform)(void* self, const struct cowagent_request* request, struct cowagent_reply* reply);
};

/* Obeys until `receive` answers 0. A fork's child comes back from `perform`, too: it answers 0
 * there and goes on with requests of its own. */
static inline void cowagent_serve(const struct cowagent* agent) {
  uint8_t frame[COWAGENT_REQUEST_BYTES], head[COWAGENT_REPLY_BYTES], hello[COWAGENT_HELLO_BYTES];
  while (agent->receive(agent->self, frame)) {
    struct cowagent_request request;
    struct cowagent_reply reply = {COWAGENT_UNKNOWN, 0, 0, 0, 0};
    int answer = 1;
    if (!cowagent_decode_request(frame, &request)) {
      reply.status = COWAGENT_GARBLED;
    } else {
      reply.sequence = request.sequence;
      if (request.kind == COWAGENT_HELLO) {
        cowagent_encode_hello(&agent->hello, hello);
        reply.status = COWAGENT_OK;
        reply.bytes = hello;
        reply.length = COWAGENT_HELLO_BYTES;
      } else {
        answer = agent->perform(agent->self, &request, &reply);
      }
    }
    if (!answer) continue;
    cowagent_encode_reply(&reply, agent->trusted, head);
    agent->send(agent->self, head, &reply);
  }
}

#ifdef __cplusplus
}
#endif

#endif
