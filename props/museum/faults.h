#pragma once

#include <array>
#include <bitset>

#include "impl/kernel/areas.h"
#include "impl/kernel/walk.h"

/// Planted bugs about what a fault, or a fork before it, takes a page for (catalogue families D and
/// E): each system had a bit of its own for "copy-on-write", and each got it wrong in its own way.
namespace cow::props::museum {

/// The fault of a store as it would be if the page's area allowed writing.
template <class Base>
struct FaultsAsIfWritable : Base {
  using Base::Base;

 protected:
  /// What is mapped there, or nothing; and in an area that allows reading only.
  typename Base::Entry read_only(typename Base::Process p, typename Base::Page page) {
    kernel::SharedSpaceLock<Base> lock(*this, p);
    const auto* area = kernel::find_area(this->areas(p), page);
    const bool is = area != nullptr && area->access == kernel::Access::read && !area->is_shared();
    return is ? kernel::walk<Base>(*this, this->root(p), page).entry : Base::Entry::none();
  }
  kernel::Status fault_as_if_writable(typename Base::Process p, typename Base::Page page) {
    kernel::SharedSpaceLock<Base> lock(*this, p);
    const auto list = this->areas(p);
    auto& access = list.at[kernel::lower_area(list, page)].access;
    access = kernel::Access::write;
    const auto status = Base::on_fault(p, page, true);
    access = kernel::Access::read;
    return status;
  }
};

/// D15: fork marks every page for copy-on-write, also what nobody may write: the fault goes by the
/// mark.
template <class Base>
struct CopiesReadOnly : FaultsAsIfWritable<Base> {
  using FaultsAsIfWritable<Base>::FaultsAsIfWritable;
  kernel::Status on_fault(typename Base::Process p, typename Base::Page page, bool write) {
    const auto entry = write ? this->read_only(p, page) : Base::Entry::none();
    const bool marked = entry.present() && !entry.huge() && !entry.exclusive();
    return marked ? this->fault_as_if_writable(p, page) : Base::on_fault(p, page, write);
  }
};

/// D16: a page that was copied keeps its mark, and is "copied on write" once more when it has
/// become read-only.
template <class Base>
struct MarkStays : FaultsAsIfWritable<Base> {
  using FaultsAsIfWritable<Base>::FaultsAsIfWritable;
  void reset() {
    Base::reset();
    copied_.reset();
  }
  void copy_page(typename Base::Frame to, typename Base::Frame from) {
    Base::copy_page(to, from);
    copied_[to % copied_.size()] = true;
  }
  void zero_page(typename Base::Frame frame) {
    Base::zero_page(frame);
    copied_[frame % copied_.size()] = false;
  }
  kernel::Status on_fault(typename Base::Process p, typename Base::Page page, bool write) {
    const auto entry = write ? this->read_only(p, page) : Base::Entry::none();
    const bool marked = entry.present() && !entry.huge() && copied_[entry.frame() % copied_.size()];
    return marked ? this->fault_as_if_writable(p, page) : Base::on_fault(p, page, write);
  }

 private:
  std::bitset<1024> copied_;  ///< [frame]
};

/// E10: where a huge page is mapped, nobody asks what its area allows.
template <class Base>
struct HugeIsUnchecked : FaultsAsIfWritable<Base> {
  using FaultsAsIfWritable<Base>::FaultsAsIfWritable;
  kernel::Status on_fault(typename Base::Process p, typename Base::Page page, bool write) {
    const bool unchecked = write && this->read_only(p, page).huge();
    return unchecked ? this->fault_as_if_writable(p, page) : Base::on_fault(p, page, write);
  }
};

/// D14: fork takes a page that lacks write permission, since it is shared already, for one that was
/// never to be written: the second child may only read it.
template <class Base>
struct GrandchildIsReadOnly : Base {
  using Base::Base;
  void reset() {
    Base::reset();
    protected_.reset();
  }
  void begin_write_protection(typename Base::Process parent) {
    const auto list = this->areas(parent);
    for (std::uint32_t i = 0; i < list.size; ++i) {
      protected_[list.at[i].first % protected_.size()] = is_protected(parent, list.at[i]);
    }
    Base::begin_write_protection(parent);
  }
  void publish(typename Base::Process child) {
    Base::publish(child);
    if (child == 0) return;
    const auto list = this->areas(child);
    for (std::uint32_t i = 0; i < list.size; ++i) {
      if (protected_[list.at[i].first % protected_.size()])
        list.at[i].access = kernel::Access::read;
    }
  }

 private:
  /// May it be written, and none of its pages that are there at once?
  bool is_protected(typename Base::Process p, const typename Base::Area& area) const {
    bool any = false;
    for (auto page = area.first; area.may_write() && page < area.end; ++page) {
      const auto entry = kernel::walk<Base>(*this, this->root(p), page).entry;
      if (entry.present() && entry.writable()) return false;
      any = any || entry.present();
    }
    return any && !area.has_object();
  }
  std::bitset<256> protected_;  ///< [first page of an area]: at the fork that is under way
};

/// D19: fork protects what may be written now. What may be written later stays one page for both.
template <class Base>
struct ProtectsWritableAreas : Base {
  using Base::Base;
  struct Decisions : Base::Decisions {
    template <class M>
    static typename M::Bool protects_on_fork(const M&, const typename M::Area& area) {
      return !area.is_shared() && area.may_write();
    }
  };
};

/// D20: fork protects shared memory, too, and the fault of a store refuses to give it back.
template <class Base>
struct ProtectsSharedMemory : Base {
  using Base::Base;
  void on_share_frame(typename Base::Place parent, typename Base::Place child,
                      const typename Base::Area& area, typename Base::Entry entry) {
    if (area.is_shared() && entry.writable()) {
      entry = entry.write_protected();
      this->store(parent, entry);
      this->flush_later(parent);
    }
    Base::on_share_frame(parent, child, area, entry);
  }
  kernel::Status on_write_fault(typename Base::Place place, const typename Base::Area& area) {
    const bool refuses = area.is_shared() && !this->load(place).writable();
    return refuses ? kernel::Status::segfault : Base::on_write_fault(place, area);
  }
};

/// D21: fork protects anonymous memory only, not what a process has written in a private mapping
/// of the file.
template <class Base>
struct ProtectsAnonymousOnly : Base {
  using Base::Base;
  struct Decisions : Base::Decisions {
    template <class M>
    static typename M::Bool protects_on_fork(const M&, const typename M::Area& area) {
      return !area.has_object();
    }
  };
};

}  // namespace cow::props::museum
