package dev.portcullis.admin.users;

import static org.assertj.core.api.Assertions.assertThat;

import dev.portcullis.protocol.UserId;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RunningDeletionsTest {
    private static final UserId ANN = new UserId("ann");
    private static final DeletionReport REPORT = new DeletionReport(KeptMessages.ANONYMISE, 1, 2, Map.of());
    private final List<Promise<DeletionReport>> begun = new ArrayList<>();
    private final RunningDeletions deletions = new RunningDeletions(
            (user, messages) -> {
                Promise<DeletionReport> promise = Promise.promise();
                begun.add(promise);
                return promise.future();
            },
            2);

    @Test
    void repeated_call_joins_the_deletion_that_is_under_way() {
        Future<DeletionReport> first = delete(ANN).orElseThrow();
        Future<DeletionReport> again = delete(ANN).orElseThrow();
        assertThat(begun).hasSize(1);
        begun.get(0).complete(REPORT);
        assertThat(first.result()).isSameAs(REPORT);
        assertThat(again.result()).isSameAs(REPORT);
        assertThat(delete(ANN)).isPresent();
        assertThat(begun).as("a later call is a new one").hasSize(2);
    }

    @Test
    void deletions_beyond_the_bound_do_not_begin_and_those_that_ended_make_room() {
        assertThat(delete(ANN)).isPresent();
        assertThat(delete(new UserId("ben"))).isPresent();
        assertThat(delete(new UserId("cem"))).isEmpty();
        assertThat(begun).hasSize(2);
        begun.get(0).fail("the store is away");
        assertThat(deletions
                        .delete(new UserId("cem"), KeptMessages.ANONYMISE)
                        .orElseThrow()
                        .isComplete())
                .isFalse();
        assertThat(begun).hasSize(3);
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 10, 100})
    void operator_finds_a_place_beside_any_number_of_users_who_ask(int users) {
        RunningDeletions shipped = new RunningDeletions(
                (user, messages) -> Promise.<DeletionReport>promise().future(), 4);
        long admitted = IntStream.range(0, users)
                .filter(each -> shipped.beginAsked(new UserId("u" + each)).isPresent())
                .count();
        assertThat(admitted).isEqualTo(Math.min(users, 2));
        assertThat(shipped.delete(ANN, KeptMessages.ANONYMISE).orElseThrow().isComplete())
                .as("it runs")
                .isFalse();
        assertThat(shipped.delete(new UserId("ben"), KeptMessages.ANONYMISE)
                        .orElseThrow()
                        .isComplete())
                .isFalse();
    }

    @Test
    void users_who_ask_never_take_the_places_of_operators() {
        assertThat(deletions.hasPlaceForAsked(ANN)).isTrue();
        assertThat(deletions.beginAsked(ANN)).isPresent();
        assertThat(deletions.hasPlaceForAsked(ANN)).isTrue();
        assertThat(deletions.hasPlaceForAsked(new UserId("ben"))).isFalse();
        assertThat(deletions.beginAsked(new UserId("ben"))).isEmpty();
        assertThat(deletions.beginAsked(ANN)).as("it joins its own").isPresent();
        assertThat(deletions
                        .delete(new UserId("cem"), KeptMessages.ANONYMISE)
                        .orElseThrow()
                        .isComplete())
                .isFalse();
        assertThat(begun).hasSize(2);
        begun.forEach(each -> each.complete(REPORT));
        assertThat(deletions.beginAsked(new UserId("ben"))).isPresent();
    }

    @Test
    void failed_deletion_fails_for_all_who_joined_it_and_begins_again_afterwards() {
        Future<DeletionReport> first = delete(ANN).orElseThrow();
        Future<DeletionReport> again = delete(ANN).orElseThrow();
        begun.get(0).fail("the store is away");
        assertThat(first.failed()).isTrue();
        assertThat(again.failed()).isTrue();
        assertThat(delete(ANN)).isPresent();
        assertThat(begun).hasSize(2);
    }

    @Test
    void deletion_that_keeps_something_else_joins_no_other() {
        assertThat(delete(ANN)).isPresent();
        assertThat(deletions.delete(ANN, KeptMessages.ERASE)).isPresent();
        assertThat(begun).hasSize(2);
    }

    private Optional<Future<DeletionReport>> delete(UserId user) {
        return deletions.delete(user, KeptMessages.ANONYMISE);
    }
}
