package dev.portcullis.streams;

import static dev.portcullis.streams.StreamStoreContract.PLENTY;
import static dev.portcullis.streams.StreamStoreContract.await;
import static org.assertj.core.api.Assertions.assertThat;

import dev.portcullis.protocol.Position;
import dev.portcullis.streams.InboxStore.Delivery;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** The contract of every store of what lies beside inboxes, together with its store of streams. */
public abstract class InboxStoreContract extends InboxFixture {
    @Test
    void empty_inbox_is_delivered_from_its_beginning() throws Exception {
        assertThat(delivery(READER).acknowledged()).isZero();
        assertThat(delivery(READER).head().seq()).isZero();
        assertThat(delivery(READER).since()).isEqualTo(delivery(READER).head());
    }

    @Test
    void acknowledged_messages_are_not_delivered_again_and_the_position_survives_a_restart() throws Exception {
        send(ANN, 2);
        send(CAROL, 1);
        assertThat(acknowledge(2)).isEqualTo(2);
        reopen();
        Delivery delivery = delivery(READER);
        assertThat(delivery.acknowledged()).isEqualTo(2);
        Slice waiting = await(opened.streams().resume(BOBS, Optional.of(delivery.since()), PLENTY));
        assertThat(waiting.exact()).isTrue();
        assertThat(waiting.entries())
                .extracting(entry -> entry.position().seq())
                .containsExactly(3L);
    }

    @Test
    void reader_is_owed_what_is_kept_and_told_how_much_grew_too_old() throws Exception {
        send(ANN, 2);
        clock.pass(KEPT.ageMs());
        send(CAROL, 2);
        assertThat(owed()).containsExactly(1L, 2L, 3L, 4L);
        assertThat(delivery(READER).gap()).isZero();
        clock.pass(1);
        assertThat(owed()).containsExactly(3L, 4L);
        assertThat(delivery(READER).acknowledged()).isZero();
        assertThat(delivery(READER).gap()).isEqualTo(2);
        acknowledge(3);
        assertThat(owed()).containsExactly(4L);
        assertThat(delivery(READER).gap()).isZero();
        clock.pass(KEPT.ageMs());
        assertThat(owed()).isEmpty();
        assertThat(delivery(READER).owedAfter()).isEqualTo(4);
        assertThat(delivery(READER).gap()).isEqualTo(1);
    }

    @Test
    void position_never_moves_back_and_never_beyond_the_head() throws Exception {
        send(ANN, 3);
        assertThat(acknowledge(2)).isEqualTo(2);
        assertThat(acknowledge(1)).isEqualTo(2);
        assertThat(acknowledge(-5)).isEqualTo(2);
        assertThat(acknowledge(1_000)).isEqualTo(3);
        send(ANN, 1);
        assertThat(delivery(READER).acknowledged()).isEqualTo(3);
    }

    @Test
    void acknowledgement_of_an_epoch_that_the_inbox_never_had_changes_nothing() throws Exception {
        send(ANN, 3);
        assertThat(await(opened.inboxes().acknowledge(READER, new Position("foreign", 2), DEVICES)))
                .isZero();
    }

    @Test
    void acknowledgement_of_a_former_epoch_counts_as_far_as_the_inbox_has_it() throws Exception {
        send(ANN, 2);
        String former = head().epoch();
        reopen();
        send(CAROL, 2);
        assertThat(head().epoch()).isNotEqualTo(former);
        assertThat(await(opened.inboxes().acknowledge(READER, new Position(former, 4), DEVICES)))
                .isEqualTo(2);
    }

    @Test
    void each_device_has_its_own_position_and_a_new_one_begins_where_its_user_is() throws Exception {
        send(ANN, 2);
        assertThat(delivery(device("phone")).acknowledged()).isZero();
        assertThat(acknowledge(device("laptop"), 1)).isEqualTo(1);
        assertThat(delivery(device("phone")).acknowledged()).isZero();
        assertThat(delivery(READER).acknowledged()).isEqualTo(1);
        reopen();
        assertThat(delivery(device("laptop")).acknowledged()).isEqualTo(1);
        assertThat(acknowledge(device("phone"), 2)).isEqualTo(2);
        assertThat(delivery(device("tablet")).acknowledged()).isEqualTo(2);
    }

    @Test
    void device_that_was_unused_for_longest_is_replaced() throws Exception {
        send(ANN, 2);
        delivery(device("first"));
        clock.pass(1);
        delivery(device("second"));
        clock.pass(1);
        delivery(device("first"));
        clock.pass(1);
        acknowledge(device("third"), 2);
        assertThat(delivery(device("first")).acknowledged()).isZero();
        assertThat(delivery(device("second")).acknowledged()).isEqualTo(2);
    }

    @Test
    void device_that_opened_an_empty_inbox_keeps_its_position() throws Exception {
        delivery(device("phone"));
        send(ANN, 2);
        acknowledge(device("laptop"), 2);
        assertThat(delivery(device("phone")).acknowledged()).isZero();
    }

    private Delivery delivery(InboxReader reader) throws Exception {
        return await(opened.inboxes().open(reader, DEVICES));
    }

    private List<Long> owed() throws Exception {
        Slice owed =
                await(opened.streams().resume(BOBS, Optional.of(delivery(READER).since()), PLENTY));
        assertThat(owed.exact()).isTrue();
        return owed.entries().stream().map(entry -> entry.position().seq()).toList();
    }

    private static InboxReader device(String id) {
        return new InboxReader(BOB, Optional.of(id));
    }
}
