//! The stories, in the order they are played: each takes the guest as the one before has left it.

mod activation;
mod asleep;
mod confined;
mod doctor;
mod idle;
mod numbers;
mod packaged;
mod plugged;
mod polkit;
mod restarted;
mod signed_in;
mod signing_in;
mod stuck;

use crate::error::MachineError;
use crate::image::Guest;
use crate::world::World;

/// One story.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Story {
    /// Its name, a sentence.
    pub(crate) name: &'static str,
    /// Plays it.
    pub(crate) play: fn(&mut World) -> Result<(), MachineError>,
}

/// A story by the name of its function.
macro_rules! stories {
    ($($module:ident::$name:ident),+ $(,)?) => {
        &[$(Story { name: stringify!($name), play: $module::$name }),+]
    };
}

const DEBIAN_12: &[Story] = stories![
    packaged::an_installed_daemon_runs_as_its_own_user_and_whenever_the_machine_does,
    signing_in::a_person_at_the_screen_has_a_session_that_is_active_on_the_seat,
    plugged::a_reader_plugged_in_starts_the_daemon_which_tells_of_the_card_in_it,
    plugged::the_card_is_known_and_ready,
    plugged::the_reader_has_keys_and_a_seat,
    doctor::doctor_finds_what_the_package_brings_good,
    plugged::a_card_pulled_and_put_in_again_is_told_at_once,
    plugged::a_swapped_card_is_told_as_one_gone_and_another_come,
    plugged::a_reader_pulled_out_takes_its_card_along_and_comes_back_without_a_restart,
    restarted::a_restart_of_pcscd_takes_the_card_and_brings_it_back,
    restarted::a_stopped_pcscd_is_said_to_be_unavailable_and_found_again,
    restarted::a_killed_daemon_is_started_again_and_knows_the_card,
    restarted::a_call_starts_a_daemon_that_was_stopped,
    confined::the_unit_is_confined,
    confined::another_user_sees_the_card_and_not_its_holder,
    confined::role_documents_are_for_the_daemon_alone,
    signing_in::keys_that_do_not_work_are_said_and_cost_no_try,
    signing_in::a_wrong_passcode_costs_a_try_and_the_right_one_signs_in,
    signed_in::whoever_has_one_role_works_in_it_and_status_says_so,
    numbers::the_journal_finds_a_sign_in_by_its_outcome,
    numbers::numbers_are_written_for_the_collector_where_its_folder_is,
    doctor::a_support_bundle_can_be_read_and_does_not_have_her_number,
    signed_in::to_another_user_her_session_does_not_exist_and_root_may_look,
    signed_in::whoever_is_logged_in_from_another_machine_is_refused_the_card,
    signed_in::a_pulled_card_ends_the_session_with_its_reason,
    signed_in::of_several_roles_one_is_chosen,
    signed_in::a_reader_pulled_out_ends_the_session_and_the_next_begins_at_it,
    signed_in::a_restart_of_pcscd_ends_the_session_and_the_next_begins,
    signed_in::a_killed_daemon_forgets_the_session_and_no_try_is_lost,
    asleep::a_machine_that_sleeps_waits_for_the_session_to_end_and_no_longer,
    signed_in::logging_out_ends_the_session_and_leaves_the_card_to_nobody,
    stuck::a_card_that_does_not_answer_restarts_nothing,
    stuck::a_daemon_that_is_stuck_is_restarted,
];

const DEBIAN_13: &[Story] = stories![
    packaged::an_installed_daemon_runs_as_its_own_user_and_whenever_the_machine_does,
    signing_in::a_person_at_the_screen_has_a_session_that_is_active_on_the_seat,
    polkit::without_our_rule_pcscd_denies_and_the_daemon_says_so,
    doctor::without_our_rule_doctor_finds_pcscd_and_the_rule_wrong,
    polkit::with_our_rule_the_card_is_read,
    doctor::doctor_finds_what_the_package_brings_good,
    plugged::the_reader_has_keys_and_a_seat,
    restarted::a_restart_of_pcscd_takes_the_card_and_brings_it_back,
    restarted::a_stopped_pcscd_is_said_to_be_unavailable_and_found_again,
    confined::the_unit_is_confined,
    confined::role_documents_are_for_the_daemon_alone,
    signing_in::a_wrong_passcode_costs_a_try_and_the_right_one_signs_in,
    signed_in::whoever_has_one_role_works_in_it_and_status_says_so,
    signed_in::to_another_user_her_session_does_not_exist_and_root_may_look,
    asleep::a_machine_that_sleeps_waits_for_the_session_to_end_and_no_longer,
    signed_in::logging_out_ends_the_session_and_leaves_the_card_to_nobody,
    signed_in::a_reader_pulled_out_ends_the_session_and_the_next_begins_at_it,
    signed_in::a_pulled_card_ends_the_session_with_its_reason,
];

/// How it ends in every guest.
pub(crate) const LAST: &[Story] = stories![
    confined::nothing_that_the_daemon_wanted_was_refused,
    packaged::an_upgrade_ends_the_session_and_keeps_settings_records_and_tries,
    packaged::a_purge_leaves_the_audit_log_alone,
];

/// What takes minutes and is played after Debian 12's only when figures are wanted.
pub(crate) const FIGURES: &[Story] = stories![
    activation::a_daemon_wanted_by_udev_takes_its_time,
    activation::another_client_wanted_by_udev_takes_its_time,
    idle::an_idle_daemon_hardly_wakes,
];

/// The stories of a guest but the last.
pub(crate) const fn of(guest: Guest) -> &'static [Story] {
    match guest {
        Guest::Debian12 => DEBIAN_12,
        Guest::Debian13 => DEBIAN_13,
    }
}
