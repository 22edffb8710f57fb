#pragma once

namespace cow::proofs {

/// What is proved to keep the laws. Each runs shipped kernel code, but the three that say not.
enum class Step {
  initial,           ///< no code: the state after a reset
  demand_zero,       ///< kernel::demand_zero
  demand_zero_page,  ///< kernel::demand_zero_page
  demand_object,     ///< kernel::demand_object
  write_fault,       ///< kernel::write_fault
  move_to_copy,      ///< kernel::move_to_copy
  unshare,           ///< kernel::unshare
  pin_page,          ///< kernel::pin_page
  unpin,             ///< the machine's put_pinned, which is all that kernel::unpin does to a frame
  fork_page,         ///< kernel::fork_page, with the parent's flush still to come
  fork_flush,        ///< the flush at the end of kernel::fork
  fork_undo,     ///< fork_page, the flush, and zap_page of the child: a fork that ran out of memory
  unmap_page,    ///< kernel::zap_page
  drop_page,     ///< kernel::zap_page of an object's entry, after the last area of the object
  protect_page,  ///< kernel::protect_page
  swap_out,      ///< kernel::swap_out
  swap_in,       ///< kernel::swap_in
  move_page,     ///< kernel::move_leaf: the body of remap's loop
  suspend_page,  ///< kernel::suspend_page
  resume_page,   ///< kernel::resume_page
  migrate_page,  ///< suspend_page, copy, kernel::resume_on: the first mapping, or the only one
  migrate_sharer,  ///< kernel::resume_on, behind another mapping of the new frame
  migrate_frame,   ///< kernel::migrate_frame, of a frame that one entry names
  gather_page,     ///< kernel::gather_page: the body of collapse's loop
  exit_page,       ///< kernel::zap_page as the body of exit's loop
  exit_end,        ///< no code: what holds when exit's loop has visited every slot
  all_gone,        ///< no code: what holds when nothing maps anything
  load,            ///< kernel::translate, and a read through it
  store,           ///< kernel::translate, and a write through it
  // Of what entries say of writes (mark_steps.cpp), of eager fork, and of merges:
  give_up_page,        ///< kernel::give_up_page
  page_out,            ///< kernel::page_out
  write_protect_page,  ///< kernel::write_protect_page, and letting go of it
  guard_page,          ///< kernel::guard_page
  unguard_page,        ///< kernel::unguard_page
  clear_page_refs,     ///< kernel::clear_page_refs
  demand_marked,       ///< kernel::demand_marked
  hold_leaf,           ///< kernel::hold_leaf, with the flush still to come
  copy_for_child,      ///< kernel::copy_for_child
  inherit_page,        ///< kernel::inherit_page, with the flush still to come
  merge_page,          ///< kernel::merge_page
  own_entry,           ///< kernel::own_entry: a table that is common becomes a process's own
  make_entry,          ///< kernel::make_entry
  share_entry,         ///< kernel::share_entry, with the parent's flush still to come
  drop_table,          ///< kernel::drop_table
  // Of two pages, with one flush (batch_steps.cpp):
  unmap_pages,    ///< kernel::Gather, of zap_page
  protect_pages,  ///< kernel::Gather, of protect_page
  // Which give up a lock in between (relock_steps.cpp):
  reach_read,      ///< kernel::reach_page, and the kernel's read of a byte
  reach_write,     ///< kernel::reach_page, and the kernel's write of a byte
  reach_force,     ///< the same, forced
  fault_read,      ///< kernel::fault of a read
  fault_write,     ///< kernel::fault of a write
  make_exclusive,  ///< kernel::make_exclusive
  take_alone,      ///< kernel::write_fault, which waits for the lock of the swap
  go_out,          ///< kernel::swap_out, which waits for it, too
  come_back,       ///< kernel::swap_in, as well
  fork_swapped,    ///< kernel::fork_swapped, as well, with the parent's flush still to come
  zap_swapped,     ///< kernel::zap_swapped, as well
  copy_swapped,    ///< kernel::copy_swapped, as well
  go_in_batch,     ///< kernel::PageoutBatch of one page, as well
  pin_slowly,      ///< kernel::pin_slowly
  pin_fast,        ///< kernel::pin_fast, which has no lock
  // Of huge pages (huge_steps.cpp):
  demand_zero_huge,       ///< kernel::demand_zero_huge
  demand_huge_zero_page,  ///< kernel::demand_huge_zero_page
  split_huge,             ///< kernel::split_huge
  huge_write_fault,       ///< kernel::huge_write_fault
  unshare_huge,           ///< kernel::unshare_huge
  fork_huge,       ///< kernel::fork_huge, or split_huge of what is pinned: as fork_leaf decides
  zap_huge,        ///< kernel::zap_huge
  protect_huge,    ///< kernel::protect_huge
  suspend_huge,    ///< kernel::suspend_huge
  migrate_huge,    ///< suspend_huge, copy, kernel::resume_huge_on
  fault_huge,      ///< kernel::fault_huge, of a read or a write
  install_huge,    ///< the store at the end of kernel::replace_table
  pin_huge,        ///< kernel::pin_page, of a part of a huge page
  zap_huge_pages,  ///< kernel::Gather, of zap_huge (batch_steps.cpp)
  // Of huge pages of the pool (pool_steps.cpp):
  demand_hugetlb,       ///< kernel::demand_hugetlb
  demand_held_hugetlb,  ///< kernel::demand_held_hugetlb
  own_hugetlb,          ///< kernel::own_hugetlb
  fault_hugetlb,        ///< kernel::fault_hugetlb
  fill_object,          ///< kernel::fill_object, of one page
  fork_hugetlb,         ///< kernel::fork_hugetlb
  lose_hugetlb,         ///< kernel::clear_lost, the flush, and the references: as take_from_all_but
  // And what entries say of writes:
  give_up_huge,        ///< kernel::give_up_huge
  page_out_huge,       ///< kernel::page_out_huge
  write_protect_huge,  ///< kernel::write_protect_huge
  clear_huge_refs,     ///< kernel::clear_huge_refs
};

/// Steps that are run alike. A mutant is instantiated for those groups only that it is judged by.
enum class Group { small, access, marks, relock, huge };
constexpr Group group_of(Step step) {
  if (step >= Step::demand_zero_huge) return Group::huge;
  if (step >= Step::reach_read) return Group::relock;
  if (step >= Step::give_up_page) return Group::marks;
  return step >= Step::load ? Group::access : Group::small;
}

}  // namespace cow::proofs
