#pragma once

#include "impl/sketches/sketch.h"

/// Sketch d: fork copies the top directory only and takes its write permission; parent and child
/// share the tables below. Who writes below a directory's entry fills in a table of its own first
/// (K. Zhao, S. Gong, P. Fonseca: On-demand-fork, EuroSys 2021).
namespace cow::sketches {

class Directory final : public Sketch {
 public:
  enum Flaw : std::uint32_t {
    no_flush = 1,        ///< fork flushes nothing
    uncounted = 2,       ///< a table that is filled in counts none of the pages that it names
    stays_writable = 4,  ///< its entries, and those it was made from, may still be written through
    exit_frees = 8,      ///< exit frees all below its directory, whoever else has it
    unmaps_shared = 16,  ///< unmap clears entries of a table that others share
  };

  using Sketch::Sketch;

 protected:
  bool copy_space(std::uint32_t process, std::uint32_t child) override;
  Result first_touch(std::uint32_t process, std::uint32_t page, bool writes) override;
  Result write_fault(std::uint32_t process, std::uint32_t page) override;
  bool prepare_unmap(std::uint32_t process, std::uint32_t page, std::uint32_t count) override;
  void zap_all(std::uint32_t process) override;

 private:
  bool own_table(std::uint32_t process, std::uint32_t page);
  void copy_table(Frame from, Frame to);
  Result do_wp_page(std::uint32_t process, std::uint32_t page);
};

}  // namespace cow::sketches
