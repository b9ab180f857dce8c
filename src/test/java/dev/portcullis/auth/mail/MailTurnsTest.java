package dev.portcullis.auth.mail;

import static org.assertj.core.api.Assertions.assertThat;

import dev.portcullis.auth.mail.MailTurns.Destination;
import dev.portcullis.auth.mail.MailTurns.Turn;
import dev.portcullis.auth.mail.MailTurns.Waiting;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class MailTurnsTest {
    private static final String HONEST = "example.com";
    private static final int PLACES = 256;

    private static final long TIMEOUT_MS = 30_000;

    private static final int TIME_OUT_IN_DRAGS = (int) (TIMEOUT_MS / MailTurns.PROMPT_MS);

    private final MailTurns<String> turns = new MailTurns<>(PLACES, TIMEOUT_MS);
    private final List<String> dropped = new ArrayList<>();
    private final Deque<List<Turn<String>>> unanswered = new ArrayDeque<>();

    private void add(String domain, String mail) {
        turns.add(new Destination(domain, false), mail).ifPresent(dropped::add);
    }

    private void addProved(String domain, String mail) {
        turns.add(new Destination(domain, true), mail).ifPresent(dropped::add);
    }

    private void addProved(String domain, int mails) {
        IntStream.range(0, mails).forEach(each -> addProved(domain, domain + " proved " + each));
    }

    private void add(String domain, int mails) {
        IntStream.range(0, mails).forEach(each -> add(domain, domain + " " + each));
    }

    private List<Turn<String>> start() {
        List<Turn<String>> started = new ArrayList<>();
        for (Optional<Turn<String>> next = turns.next(); next.isPresent(); next = turns.next()) {
            started.add(next.get());
        }
        return started;
    }

    private void end(Turn<String> turn) {
        turns.answered(turn);
        turns.end(turn);
    }

    private void endSlowly(Turn<String> turn) {
        turns.drags(turn);
        end(turn);
    }

    private void isPrompt(String domain) {
        wentPromptly(domain, 1);
    }

    private void isProven(String domain) {
        wentPromptly(domain, MailTurns.PROVEN);
    }

    private void wentPromptly(String domain, int mails) {
        for (int mail = 0; mail < mails; mail++) {
            add(domain, "mail before to " + domain);
            start().forEach(this::end);
        }
    }

    /** Starts what is due, which is never answered. */
    private List<Turn<String>> startUnanswered() {
        List<Turn<String>> started = start();
        unanswered.addLast(started);
        return started;
    }

    private void passPromptTime() {
        unanswered.getLast().forEach(turns::drags);
        if (unanswered.size() == TIME_OUT_IN_DRAGS) {
            unanswered.removeFirst().forEach(this::end);
        }
    }

    /** How often the time passes after which a mail drags until one to this domain is sent. */
    private int dragsBefore(String domain) {
        int drags = 0;
        while (!domains(startUnanswered()).contains(domain)) {
            passPromptTime();
            assertThat(++drags).isLessThan(1_000);
        }
        return drags;
    }

    /** Domains of a stranger that took one mail promptly and never answer from now on. */
    private void prime(int attackers) {
        IntStream.range(0, attackers).forEach(each -> isPrompt("primed" + each));
        IntStream.range(0, attackers).forEach(each -> add("primed" + each, 2));
    }

    private static List<String> domains(List<Turn<String>> started) {
        return started.stream().map(each -> each.destination().domain()).toList();
    }

    @Test
    void proven_domains_take_turns_with_two_mails_each_at_a_time() {
        isProven("one");
        isProven("two");
        isProven("three");
        add("one", 10);
        add("two", 2);
        add("three", 2);
        List<Turn<String>> started = start();
        assertThat(domains(started)).containsExactly("one", "two", "three", "one");
        end(started.get(1));
        assertThat(domains(start())).containsExactly("two");
        end(started.get(0));
        assertThat(domains(start())).containsExactly("three");
    }

    @Test
    void domain_is_sent_one_mail_at_a_time_until_several_went_promptly() {
        add(HONEST, 6);
        for (int mail = 0; mail < MailTurns.PROVEN; mail++) {
            List<Turn<String>> started = start();
            assertThat(started).extracting(Turn::mail).containsExactly(HONEST + " " + mail);
            end(started.get(0));
        }
        assertThat(start()).extracting(Turn::mail).containsExactly(HONEST + " 3", HONEST + " 4");
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 10, 100})
    void slow_domains_never_have_more_than_half_of_what_is_sent(int attackers) {
        isProven(HONEST);
        IntStream.range(0, attackers).forEach(each -> add("slow" + each, 2));
        List<Turn<String>> slow = start();
        assertThat(slow).hasSize(Math.min(attackers, 2));
        add(HONEST, 2);
        assertThat(domains(start())).containsExactly(HONEST, HONEST);
        slow.forEach(this::endSlowly);
        assertThat(start()).hasSize(Math.min(attackers, 2));
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 10, 100})
    void mail_to_a_proven_domain_waits_for_one_drag_at_most_beside_domains_that_were_prompt_once(int attackers) {
        isProven(HONEST);
        prime(attackers);
        startUnanswered();
        passPromptTime();
        startUnanswered();
        add(HONEST, 1);
        passPromptTime();
        assertThat(1 + dragsBefore(HONEST)).isLessThanOrEqualTo(1);
    }

    /** Such as a stranger has proved addresses of. */
    @ParameterizedTest
    @ValueSource(ints = {1, 10, 100})
    void mail_to_a_proven_domain_waits_for_two_drags_at_most_beside_domains_with_addresses_of_both_kinds(
            int attackers) {
        isProven(HONEST);
        IntStream.range(0, attackers).forEach(each -> {
            addProved("primed" + each, 1);
            start().forEach(this::end);
        });
        prime(attackers);
        IntStream.range(0, attackers).forEach(each -> addProved("primed" + each, 2));
        startUnanswered();
        passPromptTime();
        for (int mail = 0; mail < 3; mail++) {
            add(HONEST, 1);
            assertThat(dragsBefore(HONEST)).isLessThanOrEqualTo(2);
            unanswered.getLast().stream()
                    .filter(each -> each.destination().domain().equals(HONEST))
                    .forEach(this::end);
        }
    }

    @ParameterizedTest
    @CsvSource({"1, 0", "10, 4", "100, 49"})
    void mail_to_a_domain_with_one_prompt_mail_waits_for_one_drag_of_each_two_attackers(int attackers, int drags) {
        isPrompt(HONEST);
        prime(attackers);
        add(HONEST, 1);
        assertThat(dragsBefore(HONEST)).isEqualTo(drags);
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 10, 100})
    void mail_to_a_new_domain_waits_for_one_drag_at_most_beside_domains_that_were_prompt_once(int attackers) {
        prime(attackers);
        startUnanswered();
        add(HONEST, 1);
        passPromptTime();
        assertThat(1 + dragsBefore(HONEST)).isLessThanOrEqualTo(1);
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 10, 100})
    void mails_that_drag_are_bounded(int attackers) {
        prime(attackers);
        IntStream.range(0, attackers).forEach(each -> add("slow" + each, 2));
        IntStream.range(0, attackers).forEach(each -> addProved("slow" + each, 2));
        int sending = 0;
        for (List<Turn<String>> started = start(); !started.isEmpty(); started = start()) {
            sending += started.size();
            started.forEach(turns::drags);
        }
        assertThat(sending).isLessThanOrEqualTo(MailTurns.mostAtOnce(TIMEOUT_MS));
    }

    @Test
    void domain_whose_mail_drags_is_slow_until_several_went_promptly() {
        isProven(HONEST);
        add(HONEST, "drags");
        start().forEach(this::endSlowly);
        add("slow", 1);
        add("other slow", 1);
        List<Turn<String>> slow = start();
        slow.forEach(turns::drags);
        add(HONEST, 1 + MailTurns.PROVEN);
        assertThat(start()).as("the half of slow domains is taken").isEmpty();
        slow.forEach(this::end);
        for (int mail = 0; mail < MailTurns.PROVEN; mail++) {
            start().forEach(this::end);
        }
        add("slow", 1);
        add("other slow", 1);
        assertThat(domains(start())).hasSize(2);
    }

    @Test
    void mail_that_has_ended_does_not_drag() {
        isProven(HONEST);
        add(HONEST, 1);
        List<Turn<String>> started = start();
        end(started.get(0));
        turns.drags(started.get(0));
        add(HONEST, 2);
        assertThat(start()).hasSize(MailTurns.TO_A_PROVEN_DESTINATION);
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 10, 100})
    void new_domain_is_served_after_one_mail_of_those_that_were_slow(int attackers) {
        IntStream.range(0, attackers).forEach(each -> add("slow" + each, 1));
        for (List<Turn<String>> started = start(); !started.isEmpty(); started = start()) {
            started.forEach(this::endSlowly);
        }
        IntStream.range(0, attackers).forEach(each -> add("slow" + each, 3));
        add(HONEST, 1);
        add("other.example.com", 1);
        List<Turn<String>> started = start();
        assertThat(domains(started)).contains(HONEST).hasSize(2);
        endSlowly(started.get(1));
        started.addAll(start());
        endSlowly(started.get(0));
        started.addAll(start());
        assertThat(domains(started)).contains("other.example.com");
    }

    /** Such as those of a stranger, which never answer, beside a user's, which takes three seconds for each mail. */
    @ParameterizedTest
    @ValueSource(ints = {1, 10, 100})
    void slow_domain_has_each_second_turn_beside_ever_new_ones(int attackers) {
        add(HONEST, 1);
        start().forEach(this::endSlowly);
        IntStream.range(0, attackers).forEach(each -> add("new" + each, 1));
        add(HONEST, 1);
        List<Turn<String>> started = start();
        if (!domains(started).contains(HONEST)) {
            endSlowly(started.get(0));
            started = start();
        }
        assertThat(domains(started)).contains(HONEST);
    }

    @Test
    void mail_in_a_pause_keeps_its_place_and_waits_for_the_end_of_it() {
        isProven(HONEST);
        add(HONEST, 2);
        List<Turn<String>> started = start();
        Waiting<String> paused = turns.pause(started.get(0));
        turns.end(started.get(1));
        assertThat(start()).isEmpty();
        turns.resume(paused);
        List<Turn<String>> again = start();
        assertThat(again).extracting(Turn::mail).containsExactly(HONEST + " 0");
        assertThat(again).extracting(Turn::tries).containsExactly(1);
    }

    /** Such as those to domains that the server can't look up now, once it has sent some to each. */
    @ParameterizedTest
    @ValueSource(ints = {1, 10, 100})
    void mails_in_a_pause_lose_their_places_before_those_that_were_not_tried(int attackers) {
        isPrompt(HONEST);
        IntStream.range(0, attackers).forEach(each -> isProven("proven" + each));
        IntStream.range(0, attackers).forEach(each -> add("proven" + each, 1_000 / attackers));
        dropped.clear();
        assertThat(pauseAll()).isEqualTo(PLACES);
        add(HONEST, PLACES / 2);
        add("new.example.org", "of a user elsewhere");
        assertThat(dropped).hasSize(PLACES / 2 + 1).allMatch(mail -> mail.startsWith("proven"));
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 10, 100})
    void mail_in_a_pause_keeps_its_place_beside_more_mails_to_each_domain_of_attackers(int attackers) {
        isPrompt(HONEST);
        add(HONEST, 1);
        assertThat(pauseAll()).isEqualTo(1);
        IntStream.range(0, attackers).forEach(each -> add("slow" + each, 1_000 / attackers));
        assertThat(dropped).isNotEmpty().noneMatch(mail -> mail.startsWith(HONEST));
    }

    /** What is due is not taken now. */
    private int pauseAll() {
        int paused = 0;
        for (List<Turn<String>> started = start(); !started.isEmpty(); started = start()) {
            started.forEach(turns::pause);
            paused += started.size();
        }
        return paused;
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 10, 100})
    void mails_of_attackers_lose_their_places_before_those_of_users(int attackers) {
        isPrompt(HONEST);
        int each = 1_000 / attackers;
        IntStream.range(0, attackers).forEach(number -> add("slow" + number, each));
        add(HONEST, 100);
        assertThat(dropped).hasSize(attackers * each + 100 - PLACES).noneMatch(mail -> mail.startsWith(HONEST));
        add("new.example.org", "of a user elsewhere");
        assertThat(dropped).doesNotContain("of a user elsewhere");
    }

    @Test
    void slow_domain_with_most_mails_loses_its_newest() {
        add("one", 200);
        add("two", 56);
        assertThat(dropped).isEmpty();
        add("two", "another");
        assertThat(dropped).containsExactly("one 199");
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 10, 100})
    void mails_to_a_prompt_domain_with_most_of_them_do_not_pay_for_later_ones(int attackers) {
        isPrompt(HONEST);
        IntStream.range(0, attackers).forEach(each -> isPrompt("primed" + each));
        add(HONEST, 100);
        for (int mail = 0; mail < 1_000 / attackers; mail++) {
            IntStream.range(0, attackers).forEach(each -> add("primed" + each, 1));
        }
        assertThat(dropped).isNotEmpty().noneMatch(mail -> mail.startsWith(HONEST));
    }

    @Test
    void newest_mail_of_prompt_domains_goes_before_those_of_proven_ones() {
        isProven(HONEST);
        isPrompt("prompt");
        add("prompt", 2);
        add(HONEST, PLACES - 1);
        assertThat(dropped).containsExactly("prompt 1");
    }

    @Test
    void newcomer_gives_way_where_each_domain_has_one_mail() {
        IntStream.range(0, PLACES).forEach(number -> add("domain" + number, 1));
        add("late", "late");
        assertThat(dropped).containsExactly("late");
    }

    /** Such as 550 after some seconds, or 450 while the server asks elsewhere whether there is such a mailbox. */
    @ParameterizedTest
    @CsvSource({"1, false", "10, false", "100, false", "1, true", "10, true", "100, true"})
    void mail_to_a_proved_address_goes_at_once_beside_made_up_ones_that_drag(int attackers, boolean triedAgain) {
        add(HONEST, attackers);
        for (int mail = 0; mail < attackers; mail++) {
            List<Turn<String>> madeUp = start();
            assertThat(madeUp).hasSize(1);
            addProved(HONEST, "a reset " + mail);
            List<Turn<String>> reset = start();
            assertThat(reset).extracting(Turn::mail).containsExactly("a reset " + mail);
            reset.forEach(this::end);
            madeUp.forEach(turns::drags);
            if (triedAgain) {
                turns.resume(turns.pause(madeUp.get(0)));
            } else {
                end(madeUp.get(0));
            }
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 10, 100})
    void mail_to_a_proved_address_goes_at_once_beside_unproved_ones_of_silent_domains(int attackers) {
        IntStream.range(0, attackers).forEach(each -> add("silent" + each, 3));
        List<Turn<String>> silent = start();
        addProved(HONEST, "a reset");
        assertThat(start()).extracting(Turn::mail).containsExactly("a reset");
        silent.forEach(turns::drags);
        addProved("other.example.com", "another reset");
        assertThat(start()).extracting(Turn::mail).containsExactly("another reset");
    }

    @Test
    void slow_domain_is_sent_one_mail_of_each_kind_at_a_time() {
        add(HONEST, 3);
        addProved(HONEST, 3);
        List<Turn<String>> started = start();
        assertThat(started).extracting(Turn::mail).containsExactlyInAnyOrder(HONEST + " 0", HONEST + " proved 0");
        started.forEach(turns::drags);
        assertThat(start()).isEmpty();
        started.forEach(this::end);
        assertThat(start()).extracting(Turn::mail).containsExactlyInAnyOrder(HONEST + " 1", HONEST + " proved 1");
    }

    @Test
    void mails_to_made_up_addresses_cost_the_proved_ones_of_the_domain_no_trust() {
        addProved(HONEST, MailTurns.PROVEN);
        for (int mail = 0; mail < MailTurns.PROVEN; mail++) {
            start().forEach(this::end);
        }
        add(HONEST, 1);
        start().forEach(turns::drags);
        addProved(HONEST, 3);
        assertThat(start()).hasSize(MailTurns.TO_A_PROVEN_DESTINATION);
    }

    @Test
    void trust_in_a_domain_counts_for_its_proved_addresses_until_one_of_them_was_sent_a_mail() {
        isProven(HONEST);
        addProved(HONEST, 3);
        List<Turn<String>> started = start();
        assertThat(started).hasSize(MailTurns.TO_A_PROVEN_DESTINATION);
        started.forEach(this::endSlowly);
        assertThat(start()).as("slow now").hasSize(1);
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 10, 100})
    void mails_to_made_up_addresses_lose_their_places_before_those_to_proved_ones_of_the_domain(int attackers) {
        for (int mail = 0; mail < 1_000 / attackers; mail++) {
            add(HONEST, attackers);
        }
        List<Turn<String>> started = start();
        started.forEach(turns::drags);
        addProved(HONEST, 100);
        for (int mail = 0; mail < 1_000 / attackers; mail++) {
            add(HONEST, attackers);
        }
        assertThat(dropped).hasSizeGreaterThan(1_000).noneMatch(mail -> mail.contains("proved"));
    }

    /** What would be taken later only keeps its place through a pause. */
    @Test
    void mail_in_a_pause_to_a_made_up_address_loses_its_place_to_one_to_a_proved_one() {
        add(HONEST, PLACES);
        assertThat(pauseAll()).isEqualTo(PLACES);
        addProved(HONEST, PLACES);
        assertThat(dropped).hasSize(PLACES).noneMatch(mail -> mail.contains("proved"));
        add(HONEST, "of a stranger");
        assertThat(dropped).last().isEqualTo("of a stranger");
    }

    /** They prove addresses at slow domains of their own. */
    @ParameterizedTest
    @ValueSource(ints = {1, 10, 100})
    void mails_to_proved_addresses_of_attackers_take_no_place_of_unproved_users_elsewhere(int attackers) {
        isPrompt(HONEST);
        IntStream.range(0, attackers).forEach(each -> addProved("slow" + each, 1_000 / attackers));
        add(HONEST, 100);
        IntStream.range(0, attackers).forEach(each -> addProved("slow" + each, 1_000 / attackers));
        assertThat(dropped).hasSizeGreaterThan(1_000).allMatch(mail -> mail.contains("proved"));
    }

    @Test
    void all_places_are_free_again_after_all_mails() {
        for (int round = 0; round < 3; round++) {
            add(HONEST, PLACES);
            for (List<Turn<String>> started = start(); !started.isEmpty(); started = start()) {
                started.forEach(this::end);
            }
        }
        assertThat(dropped).isEmpty();
    }
}
