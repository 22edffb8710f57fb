#include "props/museum/loans.h"

#include <array>

#include "props/museum/families.h"
#include "props/museum/open.h"

namespace cow::props::museum {

namespace {
constexpr auto of_processes = "of processes, which the steps know nothing of";
}  // namespace

// clang-format off
std::span<const Exhibit> loans() {
  static constexpr std::array rows = {
      Exhibit{"vfork-drops", "exec or exit of a vfork's child drops the parent's memory",
              "4.3BSD vpassvm, which exit and execve must not forget",
              Law::isolation, "", of_processes, &open<DropsTheLoan>, Law::no_disclosure},
      Exhibit{"vfork-keeps", "a vfork's child takes the borrowed memory along",
              "Linux mm_release, 4.3BSD vpassvm",
              Law::progress, "", of_processes, &open<KeepsTheLoan>},
      Exhibit{"vfork-hangs", "nobody wakes the parent of a vfork",
              "Linux complete_vfork_done",
              Law::progress, "", of_processes, &open<NeverWakes>},
      Exhibit{"vfork-acts", "the parent of a vfork does not wait",
              "Linux wait_for_vfork_done; vfork as another word for fork",
              Law::permission, "", of_processes, &open<LenderActs>},
      Exhibit{"vfork-flush", "memory is lent, and its owner's translations stay",
              "4.3BSD vpassvm on machines with tagged translations",
              Law::tlb_coherent, "", of_processes, &open<LendsUnflushed>},
      Exhibit{"vfork-return-flush", "borrowed memory goes back, and the child's translations stay",
              "4.3BSD vpassvm on machines with tagged translations; Linux exec_mmap",
              Law::tlb_coherent, "", of_processes, &open<ReturnsUnflushed>},
      Exhibit{"vfork-pins", "exec or exit of a vfork's child drops the parent's pins",
              "what is of a process, and what of its memory: Linux exit_mm",
              Law::pin_stable, "", of_processes, &open<DropsTheLendersPins>, Law::permission},
      Exhibit{"vfork-fork", "a vfork's child forks, and the grandchild gets nothing",
              "what is of a process, and what of its memory: Linux dup_mmap",
              Law::permission, "", of_processes, &open<ForksItsOwn>},
      Exhibit{"vfork-fork-pin", "a vfork's child forks on demand, its parent's pins overlooked",
              "Linux MMF_HAS_PINNED, which is of the memory",
              Law::pin_stable, "", of_processes, &open<OverlooksTheLendersPins>},
      Exhibit{"wait-running", "a parent waits for a child that lives",
              "Linux wait_consider_task",
              Law::permission, "", of_processes, &open<ReapsTheLiving>},
      Exhibit{"wait-twice", "a child that was waited for can be waited for again",
              "Linux wait_task_zombie, release_task",
              Law::permission, "", of_processes, &open<NeverReaps>},
      Exhibit{"wait-orphans", "children keep a parent that has exited",
              "Linux forget_original_parent; xv6 reparent",
              Law::no_leak, "", of_processes, &open<LeavesOrphans>},
  };
  return rows;
}
// clang-format on

}  // namespace cow::props::museum
