#pragma once

#include "impl/machine/huge_pool.h"

namespace cow::machine {

/// What the machine itself holds, once each, so that nobody else is ever the last holder: the zero
/// page, the huge one, the pool, and the files.
template <class Geometry>
class OwnPages : public HugePool<Geometry> {
  using Base = HugePool<Geometry>;

 public:
  using Base::Base, Base::fan;
  using typename Base::Allocation, typename Base::Frame;

  /// The file's root table, with one reference more; made when it is first asked for. `pooled`: of
  /// the file whose pages are the pool's.
  Allocation open_file(bool pooled) { return open_file_on(*this, pooled); }
  bool has_file() const { return this->header_->file != none; }
  Frame file_root() const { return this->header_->file; }  ///< REQUIRES: has_file
  /// The zero pages, of which nobody but the machine is ever the last holder.
  bool has_zero() const { return this->header_->zero != none; }
  bool has_huge_zero() const { return this->header_->huge_zero != none; }
  Frame zero_frame() const { return this->header_->zero; }
  Frame huge_zero_frame() const { return this->header_->huge_zero; }
  bool is_zero(Frame frame) const {
    const auto huge = this->header_->huge_zero;
    return frame == this->header_->zero || (huge != none && frame - huge < fan);
  }

 protected:
  /// As open_file, on a machine that takes and counts tables in its own way.
  template <class Machine>
  static Allocation open_file_on(Machine& m, bool pooled) {
    auto& file = pooled ? m.header().pool_file : m.header().file;
    if (file == none) {
      const auto made = m.allocate_table();
      if (!made.ok) return made;
      file = made.frame;
    }
    m.get_table(file);
    return {true, file};
  }

  /// What the machine holds itself, from the start on. A huge zero page is only for machines that
  /// have room for it. REQUIRES: all is free.
  void make_own_pages() {
    auto& header = *this->header_;
    header.file = header.zero = header.huge_zero = header.pool_file = none;
    this->fill_pool();
    header.events = {};
    if (!this->config_.zero_page) return;
    if (this->config_.frames >= 8 * fan) {
      header.huge_zero = this->allocate_huge().frame;
      std::memset(this->page(header.huge_zero), 0, fan * Base::page_bytes);
    }
    header.zero = this->allocate().frame;
    std::memset(this->page(header.zero), 0, Base::page_bytes);
    header.events = {};
  }
};

}  // namespace cow::machine
