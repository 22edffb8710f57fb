#pragma once

#include "impl/machine/frames.h"

namespace cow::machine {

/// What the machine itself holds, once each, so that nobody else is ever the last holder: the zero
/// page, the huge one, and the file.
template <class Geometry>
class OwnPages : public Frames<Geometry> {
  using Base = Frames<Geometry>;

 public:
  using Base::Base, Base::fan;
  using typename Base::Allocation, typename Base::Frame;

  /// The file's root table, with one reference more; made when it is first asked for.
  Allocation open_file() { return open_file_on(*this); }
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
  static Allocation open_file_on(Machine& m) {
    auto& file = m.header().file;
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
    header.file = header.zero = header.huge_zero = none;
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
