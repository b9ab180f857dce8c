package dev.portcullis.auth.password;

import static org.assertj.core.api.Assertions.assertThat;

import dev.portcullis.kit.Work;
import dev.portcullis.protocol.UserId;
import java.util.Base64;
import java.util.Optional;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ProofOfWorkTest {
    private static final String SUBJECT = "192.0.2.1 account";
    private static final int BITS = 8;
    private static final long NOW = 1_764_000_000_000L;

    private final ProofOfWork proofs = new ProofOfWork(new byte[] {1, 2, 3});

    @Test
    void work_that_was_done_counts_for_its_subject_until_the_challenge_ends() {
        WorkChallenge challenge = proofs.challenge(SUBJECT, BITS, NOW);
        String proof = Work.on(challenge.text(), BITS);

        assertThat(isDone(proof, SUBJECT, NOW)).isTrue();
        assertThat(isDone(proof, SUBJECT, NOW + ProofOfWork.GOOD_MS - 1_000)).isTrue();
        assertThat(isDone(proof, SUBJECT, NOW + ProofOfWork.GOOD_MS)).isFalse();
        assertThat(isDone(proof, "192.0.2.2 account", NOW)).isFalse();
        assertThat(isDone(proof, "192.0.2.1 another", NOW)).isFalse();
        assertThat(new ProofOfWork(new byte[] {4}).proven(proof, SUBJECT, NOW)).isEmpty();
    }

    @Test
    void number_that_was_not_looked_for_is_no_work() {
        WorkChallenge challenge = proofs.challenge(SUBJECT, 16, NOW);
        long wrong = Work.numberOf(challenge.text(), 16) + 1;

        assertThat(isDone(challenge.text() + ":" + wrong, SUBJECT, NOW)).isFalse();
    }

    @Test
    void challenge_says_nothing_twice() {
        assertThat(proofs.challenge(SUBJECT, BITS, NOW).text())
                .isNotEqualTo(proofs.challenge(SUBJECT, BITS, NOW).text())
                .hasSize(43);
        assertThat(proofs.challenge(SUBJECT, BITS, NOW)).hasToString("WorkChallenge[8]");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", ":", "a:1", "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA:1", "AAAA:AAAA"})
    void anything_else_is_no_proof(String text) {
        assertThat(isDone(text, SUBJECT, NOW)).isFalse();
    }

    @Test
    void challenge_with_fewer_bits_than_it_was_made_with_is_none() {
        String text = proofs.challenge(SUBJECT, 20, NOW).text();
        byte[] all = Base64.getUrlDecoder().decode(text);
        all[4] = 0;
        String easier = Base64.getUrlEncoder().withoutPadding().encodeToString(all);

        assertThat(isDone(easier + ":1", SUBJECT, NOW)).isFalse();
    }

    @Test
    void work_of_more_bits_than_were_asked_for_says_how_many() {
        String text = proofs.challenge(SUBJECT, BITS, NOW).text();

        assertThat(proofs.proven(Work.on(text, BITS + 4), SUBJECT, NOW))
                .get()
                .satisfies(proof -> assertThat(proof.bits()).isGreaterThanOrEqualTo(BITS + 4));
    }

    @ParameterizedTest
    @CsvSource({"0, 8", "1, 10", "3, 14"})
    void as_many_bits_are_asked_for_as_would_get_a_turn(int level, int bits) {
        PasswordQueue queue = queue(BITS, level);

        assertThat(queue.challenge(unknown(Optional.empty())).map(WorkChallenge::bits))
                .contains(bits);
    }

    @Test
    void unknown_client_that_worked_goes_before_one_that_did_not_and_behind_a_known_one() {
        PasswordQueue queue = queue(BITS, 0);
        String proof = proofFor(queue, BITS);

        assertThat(precedence(queue, Precedence.FAILED, Optional.empty())).isEqualTo(Precedence.FAILED);
        assertThat(precedence(queue, Precedence.FAILED, Optional.of("x"))).isEqualTo(Precedence.FAILED);
        assertThat(precedence(queue, Precedence.KNOWN, Optional.of(proof))).isEqualTo(Precedence.KNOWN);
        assertThat(precedence(queue, Precedence.FAILED, Optional.of(proof)))
                .as("which gained nothing before, so it was not used up")
                .isEqualTo(Precedence.WORKED);
        assertThat(queue.challenge(PasswordTurn.ofUser(new UserId("ann")))).isEmpty();
    }

    /** Else each attacker with one proof would have all the checks that it likes for two minutes. */
    @Test
    void work_serves_one_check_and_is_given_back_where_none_ran() {
        PasswordQueue queue = queue(BITS, 0);
        String proof = proofFor(queue, BITS);
        PasswordQueue.Place place = queue.enter(unknown(Optional.of(proof)));

        assertThat(place.precedence()).isEqualTo(Precedence.WORKED);
        assertThat(precedence(queue, Precedence.FAILED, Optional.of(proof))).isEqualTo(Precedence.FAILED);
        queue.leave(place, false);
        assertThat(precedence(queue, Precedence.FAILED, Optional.of(proof))).isEqualTo(Precedence.WORKED);
        assertThat(precedence(queue, Precedence.FAILED, Optional.of(proof))).isEqualTo(Precedence.FAILED);
    }

    @Test
    void other_number_for_a_challenge_that_was_used_is_no_other_work() {
        PasswordQueue queue = queue(BITS, 0);
        String text = queue.challenge(unknown(Optional.empty())).orElseThrow().text();
        long first = Work.numberOf(text, BITS);
        long second = LongStream.iterate(first + 1, number -> number + 1)
                .filter(number -> isDone(text + ":" + number, SUBJECT, NOW))
                .findFirst()
                .orElseThrow();

        assertThat(precedence(queue, Precedence.FAILED, Optional.of(text + ":" + second)))
                .isEqualTo(Precedence.WORKED);
        assertThat(precedence(queue, Precedence.FAILED, Optional.of(text + ":" + first)))
                .isEqualTo(Precedence.FAILED);
    }

    @ParameterizedTest
    @CsvSource({"8, 0", "10, 1", "12, 2", "14, 3", "16, 3"})
    void two_more_bits_are_one_level_up_to_the_third(int bits, int level) {
        PasswordQueue queue = queue(BITS, 0);
        String text = queue.challenge(unknown(Optional.empty())).orElseThrow().text();
        long number = LongStream.iterate(0, each -> each + 1)
                .filter(each -> Work.bitsOf(text + ":" + each) == bits)
                .findFirst()
                .orElseThrow();

        assertThat(queue.enter(unknown(Optional.of(text + ":" + number))).level())
                .isEqualTo(level);
    }

    @Test
    void used_work_is_remembered_until_it_ends_and_no_more_than_there_is_room_for() {
        UsedProofs used = new UsedProofs(2);
        assertThat(used.use(new ProofOfWork.Proof("a", BITS, NOW + 1), NOW)).isTrue();
        assertThat(used.use(new ProofOfWork.Proof("b", BITS, NOW + 9), NOW)).isTrue();
        assertThat(used.use(new ProofOfWork.Proof("c", BITS, NOW + 9), NOW))
                .as("no room")
                .isFalse();
        assertThat(used.use(new ProofOfWork.Proof("c", BITS, NOW + 9), NOW + 1)).isTrue();
        assertThat(used.use(new ProofOfWork.Proof("b", BITS, NOW + 9), NOW + 1)).isFalse();
        assertThat(used.use(new ProofOfWork.Proof("d", BITS, NOW + 99), NOW + 9))
                .isTrue();
        assertThat(used.size()).isEqualTo(1);
    }

    @Test
    void no_work_is_offered_or_taken_where_it_is_off() {
        PasswordQueue queue = queue(0, 1);
        String proof = Work.on(proofs.challenge(SUBJECT, BITS, NOW).text(), BITS);

        assertThat(queue.challenge(unknown(Optional.empty()))).isEmpty();
        assertThat(precedence(queue, Precedence.FAILED, Optional.of(proof))).isEqualTo(Precedence.FAILED);
    }

    private PasswordQueue queue(int bits, int levelWithTurn) {
        return new PasswordQueue(proofs, new UsedProofs(10), bits, () -> levelWithTurn, () -> NOW);
    }

    private static String proofFor(PasswordQueue queue, int bits) {
        return Work.on(queue.challenge(unknown(Optional.empty())).orElseThrow().text(), bits);
    }

    private static Precedence precedence(PasswordQueue queue, Precedence without, Optional<String> work) {
        return queue.enter(new PasswordTurn(without, SUBJECT, work)).precedence();
    }

    private boolean isDone(String proof, String subject, long now) {
        return proofs.proven(proof, subject, now).isPresent();
    }

    private static PasswordTurn unknown(Optional<String> work) {
        return new PasswordTurn(Precedence.FAILED, SUBJECT, work);
    }
}
