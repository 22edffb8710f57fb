#pragma once

#include <memory>
#include <string>
#include <vector>

#include "impl/historic/system.h"
#include "props/lockstep/subject.h"

namespace cow::props {

/// Any historic system as a subject. It refuses what makes no sense before the system is asked, and
/// audits it: its counts, its TLBs, who may write.
class HistoricAdapter {
 public:
  HistoricAdapter(const model::World& world, std::unique_ptr<historic::System> system);

  void reset();
  model::Answer perform(const model::Op& op);
  bool supports(const model::Op& op) const;
  bool audit();
  std::vector<Finding> findings() const { return findings_; }
  Seen seen(std::uint32_t process, std::uint32_t page) const;
  Costs costs() const;
  std::string describe() const;

 private:
  using View = historic::PageView;
  const View& view(std::uint32_t process, std::uint32_t page) const {
    return views_[process * world_.pages + page];
  }
  model::Status nonsense(const model::Op& op) const;
  historic::Result call(const model::Op& op);
  historic::Result access(const model::Op& op);
  bool supports_map(const model::Op& op) const;
  bool is_counted(std::uint32_t frame) const;
  void look_again();
  void audit_counts();
  void audit_writers();
  void audit_tlbs();
  void find(Law law, std::string text) { findings_.push_back({law, std::move(text)}); }
  std::string describe_page(std::uint32_t process, std::uint32_t page) const;

  model::World world_;
  std::uint32_t page_bytes_;
  std::unique_ptr<historic::System> system_;
  std::vector<View> views_;  ///< [process][page], as of the last audit
  std::vector<std::uint32_t> counts_, holders_, mappers_;  ///< of each counted frame
  std::vector<std::uint8_t> buffer_;
  std::vector<Finding> findings_;
};

}  // namespace cow::props
