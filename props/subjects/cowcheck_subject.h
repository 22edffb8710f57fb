/* Check your own copy-on-write memory with cowcheck. C99 or C++.

   Whatever has memory and can fork can be checked: a kernel, a hypervisor, a database that takes
   snapshots, a persistent array. Write the seven functions of `struct cowcheck_subject` that are
   not optional, return them from `cowcheck_get_subject`, and build a shared object:

       cc -shared -fPIC -I<checkout> -o mine.so mine.c      (or c++ -std=c++20 ... mine.cpp)
       ./cowcheck run --subject ./mine.so

   props/subjects/example/example.cpp is a complete one to copy.

   The rules:
   - Keep all state in what `create` returned: several memories may live at once. Calls to one
     memory come one at a time. Do not throw, print, or keep pointers that you were given.
   - You are only asked what makes sense: living processes, ranges of one page or byte at least
     that lie in the world, forks into a dead child. (COWCHECK_CAN_REFUSE: ask me anything.)
   - An operation answers the first status of the list below that applies, else COWCHECK_OK.
   - A refused operation changes nothing that any process can observe. A write that may not touch
     its last page writes none of the others.
   - A crash or a hang ends that run only, and is reported as such. */
#ifndef COWCHECK_SUBJECT_H
#define COWCHECK_SUBJECT_H

#include <stdint.h>

#define COWCHECK_VERSION 1
#define COWCHECK_MAX_PROCESSES 16
#define COWCHECK_MAX_PAGES 2048
#define COWCHECK_MAX_PINS 2 /* of a process: 0 and 1 */

enum cowcheck_status {
  COWCHECK_OK = 0,
  COWCHECK_NO_PROCESS = 1, /* CAN_REFUSE: the acting process is not alive */
  COWCHECK_BUSY = 2,       /* CAN_REFUSE: fork: the child is alive; it may be the parent itself;
                              pin: the pin is held */
  COWCHECK_BAD_RANGE = 3,  /* CAN_REFUSE: empty, or reaches outside the world (mind overflow) */
  COWCHECK_OCCUPIED = 4,   /* map, remap: a page that would be made is mapped already; remap asks
                              for what is not mapped first */
  COWCHECK_NOT_MAPPED = 5, /* protect, remap, dontneed, advise, split, collapse, migrate: a page of
                              it is not mapped */
  COWCHECK_SEGFAULT = 6,   /* read, write, pin: a page is not mapped, or its access forbids it;
                              device_write: the pin is for reading */
  COWCHECK_NO_MEMORY = 7,  /* all: memory ran out; allowed at any time, required never */
  COWCHECK_INVALID = 9,    /* advise WIPEONFORK: a page of the range is shared */
  COWCHECK_NO_PIN = 10     /* CAN_REFUSE: unpin, device_read, device_write: the pin is not held;
                              this goes before all but NO_PROCESS */
};

/* What a process may do with a page. */
enum cowcheck_access { COWCHECK_NONE = 0, COWCHECK_READ = 1, COWCHECK_WRITE = 2 /* and read */ };

/* `flags` of map. */
enum cowcheck_mapping {
  COWCHECK_SHARED = 1, /* after a fork both see each other's writes; no copy-on-write */
  COWCHECK_HUGE = 2    /* huge pages are welcome here: a hint, to be ignored at will */
};

/* What a child is to find: nothing, or fresh memory; and each taken back. */
enum cowcheck_advice {
  COWCHECK_DONTFORK = 0,
  COWCHECK_DOFORK = 1,
  COWCHECK_WIPEONFORK = 2,
  COWCHECK_KEEPONFORK = 3
};

/* `flags` of a subject: what else it can do and wants to be asked. */
enum cowcheck_abilities {
  COWCHECK_CAN_SHARE = 1, /* map with COWCHECK_SHARED */
  COWCHECK_CAN_REFUSE = 2 /* operations that make no sense; process numbers stay in the world */
};

/* The sizes of a memory. At the start process 0 is alive with nothing mapped, all others are
   dead; fork brings one to life, exit ends it, and its number is used again. */
struct cowcheck_world {
  uint32_t page_bytes; /* 16 or 4096 */
  uint32_t pages;      /* of every process: 0 .. pages-1 */
  uint32_t processes;  /* 0 .. processes-1 */
  uint32_t cpus;       /* 0 .. cpus-1 */
  uint32_t frames;     /* pages of memory for all, page tables included; ignore it at will */
  uint32_t huge_pages; /* small pages in a huge one */
};

/* One page as its process sees it. All zeroes at the call. */
struct cowcheck_view {
  uint32_t mapped;   /* 0 or 1 */
  uint32_t access;   /* enum cowcheck_access */
  const void* bytes; /* page_bytes of them, valid until the next call; null: all zeroes */
};

/* Counters since `create`, and frames (of page_bytes each) in use now. All zeroes at the call;
   leave at zero what you do not count, but count failed allocations. Frames come with the first
   access, not with map: a page that nobody touched needs none. */
struct cowcheck_costs {
  uint64_t copies;             /* pages copied */
  uint64_t faults;             /* runs of the fault handler, at most one a page and access */
  uint64_t failed_allocations; /* each NO_MEMORY needs one */
  uint32_t data_frames;        /* in use, page tables not included */
  uint32_t used_frames;        /* in use, page tables included; 0 when all have exited */
};

/* `memory` is what `create` returned; functions that return int answer an enum cowcheck_status.
   Leave optional functions null; what needs them is not asked. */
struct cowcheck_subject {
  uint32_t version;       /* COWCHECK_VERSION */
  uint32_t size;          /* sizeof(struct cowcheck_subject): later headers append to it */
  const char* summary;    /* what this is, one line; or null */
  uint32_t flags;         /* enum cowcheck_abilities, or-ed; 0 will do */
  uint32_t page_bytes;    /* 16 or 4096 if it must be that, else 0 */
  uint32_t max_processes; /* at most so many, else 0 */

  /* A new memory of the given sizes, or null on failure. Called for every trace: be quick. */
  void* (*create)(const struct cowcheck_world* world);
  void (*destroy)(void* memory);

  /* Maps pages that read as zeroes, for COWCHECK_WRITE (any enum cowcheck_access, if there is a
     `protect`), private unless `flags` says otherwise (enum cowcheck_mapping). */
  int (*map)(void* memory, uint32_t process, uint32_t page, uint32_t count, uint32_t access,
             uint32_t flags);
  /* Byte 0 of page n has address n * page_bytes; ranges cross pages. `bytes` holds `length`. */
  int (*read)(void* memory, uint32_t process, uint32_t cpu, uint64_t address, void* bytes,
              uint32_t length);
  int (*write)(void* memory, uint32_t process, uint32_t cpu, uint64_t address, const void* bytes,
               uint32_t length);
  /* The child gets all that the parent has mapped, and from then on neither sees what the other
     writes to private pages. */
  int (*fork)(void* memory, uint32_t process, uint32_t child);
  /* Ends the process; its memory is free unless others share it. */
  int (*exit)(void* memory, uint32_t process);

  /* Optional operations. Pages of the range that are not mapped do not matter to unmap. */
  int (*unmap)(void* memory, uint32_t process, uint32_t page, uint32_t count);
  int (*protect)(void* memory, uint32_t process, uint32_t page, uint32_t count, uint32_t access);
  int (*exec)(void* memory, uint32_t process); /* unmaps everything; the process lives on */

  /* Optional, and worth it: with `view` every page of every process is compared after every
     operation. It must change nothing (no fault, no copy). `room` holds page_bytes bytes, for
     subjects that have no address to show: copy there and let view->bytes be room. */
  void (*view)(void* memory, uint32_t process, uint32_t page, struct cowcheck_view* view,
               void* room);
  /* Optional: checks your own invariants. 0 when all hold, else "law: what is wrong" in `text`,
     e.g. "exact-count: frame 7 counts 2 holders and has 1". Names of laws: impl/kernel/law.h. */
  int (*audit)(void* memory, char* text, uint32_t room);
  /* Optional, beside `view`: copies and frames are held against what sharing makes necessary. */
  void (*costs)(void* memory, struct cowcheck_costs* costs);
  /* Optional: the k-th frame allocation from now on fails; 0: none does. */
  void (*fail_allocation)(void* memory, uint32_t k);
  /* Optional: the state in a few lines, for people who read a counterexample. */
  void (*describe)(void* memory, char* text, uint32_t room);

  /* Optional operations of later headers. */

  /* Moves the pages with all they are to `to`, which they do not overlap. */
  int (*remap)(void* memory, uint32_t process, uint32_t page, uint32_t count, uint32_t to);
  /* Private pages read as zeroes again; shared ones keep their bytes. */
  int (*dontneed)(void* memory, uint32_t process, uint32_t page, uint32_t count);
  /* What a later fork does with the pages (enum cowcheck_advice); the child inherits the advice. */
  int (*advise)(void* memory, uint32_t process, uint32_t page, uint32_t count, uint32_t advice);

  /* Pins: a device holds the bytes of a page, for COWCHECK_READ or COWCHECK_WRITE. It and whoever
     has that page mapped, remapped too, see each other's writes, across forks (the child gets a
     copy), until unpin, exec or exit. Unmap and dontneed leave the device its bytes, alone.
     Children inherit no pins. All of pin, unpin and device_read, or none; device_write needs them.
     What a pin holds is looked at by device_read, whenever there are pins: it must change nothing.
   */
  int (*pin)(void* memory, uint32_t process, uint32_t pin, uint32_t page, uint32_t access);
  int (*unpin)(void* memory, uint32_t process, uint32_t pin);
  int (*device_read)(void* memory, uint32_t process, uint32_t pin, uint32_t offset, void* bytes,
                     uint32_t length);
  int (*device_write)(void* memory, uint32_t process, uint32_t pin, uint32_t offset,
                      const void* bytes, uint32_t length);

  /* The kernel's own accesses, for system calls (copyin, copyout): as read and write, but no
     processor checks them. force_write is a debugger's: to private memory whatever its access. */
  int (*kernel_read)(void* memory, uint32_t process, uint64_t address, void* bytes,
                     uint32_t length);
  int (*kernel_write)(void* memory, uint32_t process, uint64_t address, const void* bytes,
                      uint32_t length);
  int (*force_write)(void* memory, uint32_t process, uint64_t address, const void* bytes,
                     uint32_t length);

  /* Hints about how memory lies in frames: nobody sees a difference, and OK is the answer also
     where nothing could be done (NO_MEMORY only when nothing was). None takes away what an access
     needs: a page that was ready for it needs no fault afterwards. split: huge pages in or touching
     the range become small ones; no copy. collapse: each huge page that lies in the range whole,
     and is mapped private and alike, becomes one; at most one copy for each of its pages that was
     touched. migrate: the pages go to other frames; at most one copy each, none of a pinned one.
     compact: makes room for one more huge page; fewer copies than a huge page has pages. */
  int (*split)(void* memory, uint32_t process, uint32_t page, uint32_t count);
  int (*collapse)(void* memory, uint32_t process, uint32_t page, uint32_t count);
  int (*migrate)(void* memory, uint32_t process, uint32_t page, uint32_t count);
  int (*compact)(void* memory, uint32_t process);

  /* Swap. Neither changes what anybody sees. A hint that the pages may leave memory, to be ignored
     at will: the next access to each may fault again. And: whatever left memory comes back, of all
     processes. */
  int (*pageout)(void* memory, uint32_t process, uint32_t page, uint32_t count);
  int (*swapoff)(void* memory, uint32_t process);

  /* Two more hints, which nobody sees either. merge: private pages of the range come to share a
     frame with others that have the same bytes, of whatever process (Linux: KSM); no copy, and the
     next write to each may fault and copy. unmerge: they get frames of their own again; at most one
     copy each. */
  int (*merge)(void* memory, uint32_t process, uint32_t page, uint32_t count);
  int (*unmerge)(void* memory, uint32_t process, uint32_t page, uint32_t count);
};

#ifdef __cplusplus
#define COWCHECK_EXPORT extern "C" __attribute__((visibility("default")))
#else
#define COWCHECK_EXPORT __attribute__((visibility("default")))
#endif

/* You define this one. What it points to must stay valid. */
COWCHECK_EXPORT const struct cowcheck_subject* cowcheck_get_subject(void);

#endif
