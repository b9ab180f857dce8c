package dev.portcullis.admin.users;

import static org.assertj.core.api.Assertions.assertThat;

import dev.portcullis.protocol.UserId;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class RunningDeletionsTest {
    private static final UserId ANN = new UserId("ann");
    private final List<Promise<Void>> begun = new ArrayList<>();
    private final RunningDeletions deletions = new RunningDeletions(
            user -> {
                Promise<Void> promise = Promise.promise();
                begun.add(promise);
                return promise.future();
            },
            2);

    @Test
    void repeated_call_joins_the_deletion_that_is_under_way() {
        Future<Boolean> first = deletions.delete(ANN);
        Future<Boolean> again = deletions.delete(ANN);
        assertThat(begun).hasSize(1);
        begun.get(0).complete();
        assertThat(first.result()).isTrue();
        assertThat(again.result()).isTrue();
        deletions.delete(ANN);
        assertThat(begun).as("a later call is a new one").hasSize(2);
    }

    @Test
    void deletions_beyond_the_bound_do_not_begin_and_those_that_ended_make_room() {
        deletions.delete(ANN);
        deletions.delete(new UserId("ben"));
        assertThat(deletions.delete(new UserId("cem")).result()).isFalse();
        assertThat(begun).hasSize(2);
        begun.get(0).fail("the store is away");
        assertThat(deletions.delete(new UserId("cem")).isComplete()).isFalse();
        assertThat(begun).hasSize(3);
    }

    @Test
    void failed_deletion_fails_for_all_who_joined_it_and_begins_again_afterwards() {
        Future<Boolean> first = deletions.delete(ANN);
        Future<Boolean> again = deletions.delete(ANN);
        begun.get(0).fail("the store is away");
        assertThat(first.failed()).isTrue();
        assertThat(again.failed()).isTrue();
        deletions.delete(ANN);
        assertThat(begun).hasSize(2);
    }
}
