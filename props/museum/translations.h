#pragma once

#include <cstdint>

/// Planted bugs about TLBs (catalogue family C).
namespace cow::props::museum {

/// C1: fork leaves the parent's translations in place.
template <class Base>
struct ForkWithoutFlush : Base {
  using Base::Base;
  void flush_process(typename Base::Process) {}
};

/// C1, the PMD twin: fork flushes small translations only.
template <class Base>
struct ForkKeepsHugeTranslations : Base {
  using Base::Base;
  void flush_process(typename Base::Process p) {
    for (std::uint32_t i = 0; i < this->config_.cpus * Base::tlb_entries; ++i) {
      auto& t = this->translations_[i];
      if (!Base::is_huge_translation(i % Base::tlb_entries) && t.process == p) t = {};
    }
  }
};

/// C6: a page is flushed on the first CPU only, "since only the faulting CPU can cache it".
template <class Base>
struct FlushesLocally : Base {
  using Base::Base;
  void flush(const typename Base::Place& at) {
    for (std::uint32_t i = 0; i < Base::tlb_entries; ++i) {
      auto& t = this->translations_[i];
      if (t.process == at.process && t.page == at.page) t = {};
    }
  }
};

/// C9: a huge leaf is replaced while its translation stays, so that large and small ones coexist.
template <class Base>
struct SplitWithoutFlush : Base {
  using Base::Base;
  void flush_huge(const typename Base::Place&) {}
};

}  // namespace cow::props::museum
