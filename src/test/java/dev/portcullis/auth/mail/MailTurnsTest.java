package dev.portcullis.auth.mail;

import static org.assertj.core.api.Assertions.assertThat;

import dev.portcullis.auth.mail.MailTurns.Turn;
import dev.portcullis.auth.mail.MailTurns.Waiting;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class MailTurnsTest {
    private static final String HONEST = "example.com";
    private static final int PLACES = 256;

    private final MailTurns<String> turns = new MailTurns<>(PLACES);
    private final List<String> dropped = new ArrayList<>();

    private void add(String domain, String mail) {
        turns.add(domain, mail).ifPresent(dropped::add);
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

    private void end(Turn<String> turn, long tookMs) {
        turns.answered(turn, tookMs);
        turns.end(turn);
    }

    private void isPrompt(String domain) {
        add(domain, "first to " + domain);
        start().forEach(turn -> end(turn, 10));
    }

    private static List<String> domains(List<Turn<String>> started) {
        return started.stream().map(Turn::domain).toList();
    }

    @Test
    void domains_take_turns_with_two_mails_each_at_a_time() {
        isPrompt("one");
        isPrompt("two");
        isPrompt("three");
        add("one", 10);
        add("two", 2);
        add("three", 2);
        List<Turn<String>> started = start();
        assertThat(domains(started)).containsExactly("one", "two", "three", "one");
        end(started.get(1), 10);
        assertThat(domains(start())).containsExactly("two");
        end(started.get(0), 10);
        assertThat(domains(start())).containsExactly("three");
    }

    @Test
    void one_domain_is_sent_two_mails_at_a_time_in_order() {
        add(HONEST, 3);
        List<Turn<String>> started = start();
        assertThat(started).extracting(Turn::mail).containsExactly(HONEST + " 0", HONEST + " 1");
        end(started.get(0), 10);
        assertThat(start()).extracting(Turn::mail).containsExactly(HONEST + " 2");
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 10, 100})
    void slow_domains_never_have_more_than_half_of_what_is_sent(int attackers) {
        isPrompt(HONEST);
        IntStream.range(0, attackers).forEach(each -> add("slow" + each, 2));
        List<Turn<String>> slow = start();
        assertThat(slow).hasSize(2);
        add(HONEST, 2);
        assertThat(domains(start())).containsExactly(HONEST, HONEST);
        slow.forEach(each -> end(each, MailTurns.PROMPT_MS));
        assertThat(start()).hasSize(attackers == 1 ? 0 : 2);
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 10, 100})
    void new_domain_is_served_before_those_that_were_slow(int attackers) {
        IntStream.range(0, attackers).forEach(each -> add("slow" + each, 1));
        for (List<Turn<String>> started = start(); !started.isEmpty(); started = start()) {
            started.forEach(each -> end(each, 10_000));
        }
        IntStream.range(0, attackers).forEach(each -> add("slow" + each, 3));
        List<Turn<String>> slow = start();
        add(HONEST, 1);
        assertThat(start()).isEmpty();
        end(slow.get(0), 10_000);
        assertThat(domains(start())).containsExactly(HONEST);
    }

    @Test
    void mail_in_a_pause_keeps_its_place_and_waits_for_the_end_of_it() {
        add(HONEST, 2);
        List<Turn<String>> started = start();
        Waiting<String> paused = turns.pause(started.get(0));
        turns.end(started.get(1));
        assertThat(start()).isEmpty();
        turns.resume(paused);
        assertThat(start()).containsExactly(new Turn<>(HONEST, HONEST + " 0", 1));
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
    void domain_with_most_mails_loses_its_newest() {
        isPrompt("one");
        isPrompt("two");
        add("one", 200);
        add("two", 56);
        assertThat(dropped).isEmpty();
        add("two", "another");
        assertThat(dropped).containsExactly("one 199");
    }

    @Test
    void newcomer_gives_way_where_each_domain_has_one_mail() {
        IntStream.range(0, PLACES).forEach(number -> add("domain" + number, 1));
        add("late", "late");
        assertThat(dropped).containsExactly("late");
    }

    @Test
    void all_places_are_free_again_after_all_mails() {
        for (int round = 0; round < 3; round++) {
            add(HONEST, PLACES);
            for (List<Turn<String>> started = start(); !started.isEmpty(); started = start()) {
                started.forEach(each -> end(each, 10));
            }
        }
        assertThat(dropped).isEmpty();
    }
}
