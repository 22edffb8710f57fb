#pragma once

#include <cstdint>

/// Planted bugs of address-space identifiers (impl/kernel/asid.h). They show only in worlds with
/// few of them.
namespace cow::props::museum {

/// An identifier goes to another process with all that it tags.
template <class Base>
struct RecyclesUnflushed : Base {
  using Base::Base;
  struct Decisions : Base::Decisions {
    template <class M, class Context>
    static bool may_keep_translations(const M&, const Context& context, typename M::Process p,
                                      std::uint32_t generation) {
      return context.process != p || context.generation == generation;
    }
  };
};

/// Before an identifier is used again only its small translations are flushed.
template <class Base>
struct RecyclesHugeUnflushed : Base {
  using Base::Base;
  void flush_asid(typename Base::Cpu cpu, std::uint32_t asid) {
    for (std::uint32_t i = 0; i < Base::tlb_entries; ++i) {
      auto& t = this->translations_[cpu * Base::tlb_entries + i];
      if (!Base::is_huge_translation(i) && t.valid == asid + 1) t = {};
    }
  }
};

/// A process that comes back finds its identifier, and does not ask what was flushed meanwhile.
template <class Base>
struct ForgetsDeferredFlushes : Base {
  using Base::Base;
  struct Decisions : Base::Decisions {
    template <class M, class Context>
    static bool may_keep_translations(const M&, const Context& context, typename M::Process p,
                                      std::uint32_t) {
      return context.process == p;
    }
  };
};

/// Generations are compared by two bits: after four flushes they have come round.
template <class Base>
struct GenerationsWrap : Base {
  using Base::Base;
  struct Decisions : Base::Decisions {
    template <class M, class Context>
    static bool may_keep_translations(const M&, const Context& context, typename M::Process p,
                                      std::uint32_t generation) {
      return context.process == p && (context.generation - generation) % 4 == 0;
    }
  };
};

/// Takes flushes of a process back as far as generations tell of them.
template <class Base>
struct Rewinds : Base {
  using Base::Base;
  void rewind(typename Base::Process p, std::uint32_t to) {
    const auto from = this->generations_[p];
    for (std::uint32_t cpu = 0; cpu < this->config_.cpus; ++cpu) {
      for (auto& of : this->asids_[cpu].of) {
        if (of.process == p && of.generation == from) of.generation = to;
      }
    }
    this->generations_[p] = to;
  }
};

/// A process starts to count anew: a CPU takes it for who had the name before.
template <class Base>
struct NamesStartAnew : Rewinds<Base> {
  using Rewinds<Base>::Rewinds;
  void start(typename Base::Process p, typename Base::Frame root) {
    Base::start(p, root);
    if (this->has_asids() && p < this->config_.procs) this->rewind(p, 1);
  }
};

/// A flush of a huge page does not advance the generation: only who runs the process learns of it.
template <class Base>
struct HugeFlushesUncounted : Rewinds<Base> {
  using Rewinds<Base>::Rewinds;
  void flush_huge(const typename Base::Place& at) {
    const bool counts = this->has_asids() && at.process < this->config_.procs;
    const auto before = counts ? this->generations_[at.process] : 0;
    Base::flush_huge(at);
    if (counts) this->rewind(at.process, before);
  }
};

}  // namespace cow::props::museum
