package dev.portcullis.broadcast.presence;

import static org.assertj.core.api.Assertions.assertThat;

import dev.portcullis.broadcast.presence.Typists.News;
import dev.portcullis.broadcast.presence.Typists.Place;
import dev.portcullis.protocol.RoomId;
import dev.portcullis.protocol.Target;
import dev.portcullis.protocol.UserId;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class TypistsTest {
    private static final Place ANN = place("lobby", "ann");
    private static final Place BEN = place("lobby", "ben");

    private final Typists typists = new Typists(3, 2);

    @Test
    void typing_is_told_once_it_is_checked_and_ends_after_six_seconds() {
        assertThat(typists.begin(ANN, 0)).isTrue();
        assertThat(typists.begin(ANN, 0)).as("while it is checked").isFalse();
        assertThat(typists.checked(ANN, true, 0)).isEqualTo(News.TYPES);
        assertThat(typists.expire(seconds(5))).isEmpty();
        assertThat(typists.expire(seconds(6))).containsExactly(ANN);
        assertThat(typists.isEmpty()).isTrue();
    }

    @Test
    void typing_said_again_lasts_longer_and_is_told_again_after_a_pause() {
        assertThat(typists.begin(ANN, 0)).isTrue();
        assertThat(typists.checked(ANN, true, 0)).isEqualTo(News.TYPES);
        assertThat(typists.begin(ANN, seconds(1))).isFalse();
        assertThat(typists.expire(seconds(6))).isEmpty();
        assertThat(typists.begin(ANN, seconds(3))).isTrue();
    }

    @Test
    void typing_that_ceased_before_it_was_checked_is_not_told() {
        assertThat(typists.begin(ANN, 0)).isTrue();
        assertThat(typists.end(ANN)).isFalse();
        assertThat(typists.checked(ANN, true, 0)).isEqualTo(News.NONE);
    }

    @Test
    void typing_of_a_user_who_may_not_is_never_told() {
        assertThat(typists.begin(ANN, 0)).isTrue();
        assertThat(typists.checked(ANN, false, 0)).isEqualTo(News.NONE);
        assertThat(typists.expire(seconds(10))).isEmpty();
    }

    @Test
    void typing_of_a_user_who_may_no_more_ends_for_those_who_were_told() {
        assertThat(typists.begin(ANN, 0)).isTrue();
        assertThat(typists.checked(ANN, true, 0)).isEqualTo(News.TYPES);
        assertThat(typists.begin(ANN, seconds(3))).isTrue();
        assertThat(typists.checked(ANN, false, seconds(3))).isEqualTo(News.CEASED);
        assertThat(typists.isEmpty()).isTrue();
    }

    @Test
    void typing_that_begins_ends_and_begins_while_it_is_checked_is_told_once() {
        assertThat(typists.begin(ANN, 0)).isTrue();
        typists.end(ANN);
        assertThat(typists.begin(ANN, 0)).isTrue();
        assertThat(typists.checked(ANN, true, 0)).isEqualTo(News.TYPES);
        assertThat(typists.checked(ANN, true, 0)).isEqualTo(News.NONE);
    }

    @Test
    void users_beyond_the_bounds_are_not_shown_typing() {
        assertThat(typists.begin(ANN, 0)).isTrue();
        assertThat(typists.begin(BEN, 0)).isTrue();
        assertThat(typists.begin(place("lobby", "cleo"), 0)).isFalse();
        assertThat(typists.begin(place("other", "cleo"), 0)).isTrue();
        assertThat(typists.begin(place("third", "dan"), 0)).isFalse();
        typists.end(ANN);
        assertThat(typists.begin(place("third", "dan"), 0)).isTrue();
    }

    private static Place place(String room, String user) {
        return new Place(new Target.ToRoom(new RoomId(room)), new UserId(user));
    }

    private static long seconds(long count) {
        return TimeUnit.SECONDS.toNanos(count);
    }
}
