package dev.portcullis.auth.password;

import static org.assertj.core.api.Assertions.assertThat;

import dev.portcullis.kit.Work;
import java.util.Base64;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
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

        assertThat(proofs.isDone(proof, SUBJECT, NOW)).isTrue();
        assertThat(proofs.isDone(proof, SUBJECT, NOW + ProofOfWork.GOOD_MS - 1_000))
                .isTrue();
        assertThat(proofs.isDone(proof, SUBJECT, NOW + ProofOfWork.GOOD_MS)).isFalse();
        assertThat(proofs.isDone(proof, "192.0.2.2 account", NOW)).isFalse();
        assertThat(proofs.isDone(proof, "192.0.2.1 another", NOW)).isFalse();
        assertThat(new ProofOfWork(new byte[] {4}).isDone(proof, SUBJECT, NOW)).isFalse();
    }

    @Test
    void number_that_was_not_looked_for_is_no_work() {
        WorkChallenge challenge = proofs.challenge(SUBJECT, 16, NOW);
        long wrong = Work.numberOf(challenge.text(), 16) + 1;

        assertThat(proofs.isDone(challenge.text() + ":" + wrong, SUBJECT, NOW)).isFalse();
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
        assertThat(proofs.isDone(text, SUBJECT, NOW)).isFalse();
    }

    @Test
    void challenge_with_fewer_bits_than_it_was_made_with_is_none() {
        String text = proofs.challenge(SUBJECT, 20, NOW).text();
        byte[] all = Base64.getUrlDecoder().decode(text);
        all[4] = 0;
        String easier = Base64.getUrlEncoder().withoutPadding().encodeToString(all);

        assertThat(proofs.isDone(easier + ":1", SUBJECT, NOW)).isFalse();
    }

    @ParameterizedTest
    @CsvSource({"0, 8", "0.3, 9", "0.5, 10", "1, 12"})
    void work_grows_with_those_who_wait_for_it(double fullness, int bits) {
        PasswordQueue queue = new PasswordQueue(proofs, BITS, () -> fullness, () -> NOW);

        assertThat(queue.challenge(unknown(Optional.empty())).map(WorkChallenge::bits))
                .contains(bits);
    }

    @Test
    void unknown_client_that_worked_goes_before_one_that_did_not_and_behind_a_known_one() {
        AtomicLong clock = new AtomicLong(NOW);
        PasswordQueue queue = new PasswordQueue(proofs, BITS, () -> 0, clock::get);
        WorkChallenge challenge = queue.challenge(unknown(Optional.empty())).orElseThrow();
        String proof = Work.on(challenge.text(), challenge.bits());

        assertThat(queue.precedence(unknown(Optional.empty()))).isEqualTo(Precedence.FAILED);
        assertThat(queue.precedence(unknown(Optional.of("x")))).isEqualTo(Precedence.FAILED);
        assertThat(queue.precedence(unknown(Optional.of(proof)))).isEqualTo(Precedence.WORKED);
        assertThat(queue.precedence(new PasswordTurn(Precedence.KNOWN, SUBJECT, Optional.of(proof))))
                .isEqualTo(Precedence.KNOWN);
        assertThat(queue.challenge(PasswordTurn.OF_USER)).isEmpty();
    }

    @Test
    void no_work_is_offered_or_taken_where_it_is_off() {
        PasswordQueue queue = new PasswordQueue(proofs, 0, () -> 1, () -> NOW);
        String proof = Work.on(proofs.challenge(SUBJECT, BITS, NOW).text(), BITS);

        assertThat(queue.challenge(unknown(Optional.empty()))).isEmpty();
        assertThat(queue.precedence(unknown(Optional.of(proof)))).isEqualTo(Precedence.FAILED);
    }

    private static PasswordTurn unknown(Optional<String> work) {
        return new PasswordTurn(Precedence.FAILED, SUBJECT, work);
    }
}
