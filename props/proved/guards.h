#pragma once

#include "props/proved/damage.h"

namespace cow::props::proved {

inline std::vector<Guard> guards_of_entries_and_frames() {
  return {
      {"an entry names a held frame", {"entry present on", "entry's frame", "frame free on"}},
      {"a private writer is exclusive",
       {"area shared off", "entry exclusive off", "entry writable on"}},
      {"an exclusive entry is alone",
       {"area shared on", "count up", "count down", "entry exclusive on", "frame the pool's on",
        "pins up", "pins down"}},
      {"a pinned private page is exclusive", {"entry exclusive off", "pins up"}},
      {"an entry allows no more than its area",
       {"area readable off", "area writable off", "entry readable on", "entry readable off",
        "entry writable on"}},
      {"mappers of an object name its frame",
       {"area of a file off", "area shared off", "area shared on", "entry present off",
        "entry's frame", "entry's object"}},
      {"the zero page is no object's", {"entry an object's on", "frame the zero page on"}},
      {"a frame is one page of one object",
       {"entry an object's on", "entry's frame", "frame's object"}},
      {"a merged frame is nobody's alone", {"entry exclusive on", "frame merged on"}},
      {"a count is the number of holders",
       {"count down", "count up", "frame the pool's on", "frame the zero page off",
        "frame the zero page on", "holders in the ledger down", "holders in the ledger up",
        "holders of another size down", "holders of another size up", "pins down", "pins up"}},
      {"a frame is free exactly when unheld",
       {"count down", "count up", "frame free off", "frame free on"}},
      {"a free frame is not merged", {"frame free on", "frame merged on"}},
      {"the ledger counts from zero", {"holders in the ledger down"}},
      {"holders of another size are counted from zero", {"holders of another size down"}},
      {"pins are counted from zero", {"pins down"}},
      {"the zero page shows zeroes", {"frame the zero page on", "last byte of a frame"}},
      {"the zero page is not pinned", {"frame the zero page on", "pins down", "pins up"}},
      {"the ledger lists every entry",
       {"entry present on", "entry's frame", "entry's number down", "entry's number up",
        "holder in the ledger", "holders in the ledger down"}},
      {"the ledger lists nothing else",
       {"entry present off", "entry's frame", "entry's number down", "entry's number up",
        "holder in the ledger", "holders in the ledger up"}},
  };
}

inline std::vector<Guard> guards_of_marks() {
  return {
      {"what a device holds is dirty", {"entry dirty off", "pins up"}},
      {"what is write-protected is not writable",
       {"entry writable on", "entry write-protected on"}},
      {"what counts as not written is not writable", {"entry unwritten on", "entry writable on"}},
      {"a guard lies where nothing else does",
       {"entry a guard on", "entry present on", "entry swapped on", "entry write-protected on"}},
      {"only anonymous memory is given up, write-protected or guarded",
       {"area of a file on", "area shared on", "entry a guard on", "entry dirty off",
        "entry write-protected on"}},
      {"shared memory never counts as not written", {"area shared on", "entry unwritten on"}},
      {"a merged frame is not pinned", {"frame merged on", "pins up"}},
      {"a merged frame is no object's", {"frame merged on"}},
      {"a page of the pool is neither merged nor in the swap cache", {"frame the pool's on"}},
  };
}

inline std::vector<Guard> guards_of_swap() {
  return {
      {"an entry is present or swapped, not both", {"entry present on", "entry swapped on"}},
      {"shared memory is never swapped", {"area shared on", "entry swapped on"}},
      {"a swapped entry names a page of swap in use",
       {"count of a page of swap down", "entry swapped on", "entry's page of swap"}},
      {"an exclusive swapped entry is alone",
       {"count of a page of swap down", "count of a page of swap up", "entry exclusive on",
        "page of swap in memory on"}},
      {"what is exclusive is not in the swap cache",
       {"entry exclusive on", "frame in swap cache on"}},
      {"shared memory is not in the swap cache", {"area shared on", "frame in swap cache on"}},
      {"a pinned frame is not in the swap cache", {"frame in swap cache on", "pins up"}},
      {"a cached frame is held and known to its page of swap",
       {"count of a page of swap down", "frame free on", "frame in swap cache on",
        "frame's page of swap", "page of swap in memory off", "page of swap's frame"}},
      {"a cached frame was cached", {"frame in swap cache on", "frame was cached off"}},
      {"a cached frame has the bytes of its page of swap",
       {"frame's page of swap", "last byte of a frame", "last byte of a page of swap"}},
      {"what is cached for a page of swap knows it",
       {"frame in swap cache off", "frame's page of swap", "page of swap in memory on",
        "page of swap's frame"}},
      {"the count of a page of swap is the number of entries",
       {"count of a page of swap down", "count of a page of swap up", "namers in the ledger down",
        "namers in the ledger up"}},
      {"the ledger of swap counts from zero", {"namers in the ledger down"}},
      {"the ledger of swap lists every entry",
       {"entry swapped on", "entry's number in swap down", "entry's number in swap up",
        "entry's page of swap", "namer in the ledger", "namers in the ledger down"}},
      {"the ledger of swap lists nothing else",
       {"entry swapped off", "entry's number in swap down", "entry's number in swap up",
        "entry's page of swap", "namer in the ledger", "namers in the ledger up"}},
  };
}

inline std::vector<Guard> guards_of_translations_and_structure() {
  return {
      {"a translation allows no more than its entry",
       {"entry dirty off", "entry present off", "entry readable off", "entry writable off",
        "entry's frame", "translation on", "translation writable on", "translation's frame"}},
      {"no translation is of an object's entry", {"entry an object's on", "translation on"}},
      {"structure: access is ordered, who may write may read",
       {"area readable off", "area writable on"}},
      {"structure: an object's entry is its own object",
       {"area readable off", "area shared off", "entry an object's on", "entry's object"}},
      {"structure: a slot has its object's entry",
       {"area of a file on", "area shared on", "entry an object's off", "entry's object"}},
  };
}

/// What each of the proved invariants guards, by name.
inline const std::vector<Guard>& guards() {
  static const auto all = [] {
    auto list = guards_of_entries_and_frames();
    for (const auto& more :
         {guards_of_marks(), guards_of_swap(), guards_of_translations_and_structure()}) {
      list.insert(list.end(), more.begin(), more.end());
    }
    return list;
  }();
  return all;
}

}  // namespace cow::props::proved
