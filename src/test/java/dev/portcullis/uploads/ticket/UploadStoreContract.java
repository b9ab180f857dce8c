package dev.portcullis.uploads.ticket;

import static org.assertj.core.api.Assertions.assertThat;

import dev.portcullis.protocol.Role;
import dev.portcullis.protocol.RoomId;
import dev.portcullis.protocol.Target;
import dev.portcullis.protocol.UserId;
import dev.portcullis.uploads.ticket.Upload.State;
import dev.portcullis.uploads.ticket.UploadQuota.Excess;
import dev.portcullis.uploads.ticket.UploadStore.Page;
import io.vertx.core.Future;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** The contract of every {@link UploadStore}. */
abstract class UploadStoreContract {
    protected static final UserId ANN = new UserId("ann");
    protected static final UserId BOB = new UserId("a|b:c@d+e");
    private static final UploadQuota WIDE = new UploadQuota(1L << 50, 1_000);
    private static final SecureRandom RANDOM = new SecureRandom();
    private static final long NOW = 1_700_000_000_000L;
    private static final long SOON = NOW + 1_000;
    private static final long LATER = NOW + 100_000;

    /** The store under test; after {@link #reopen} another one on the same rows. */
    abstract UploadStore store();

    abstract void reopen() throws Exception;

    @Test
    void issued_upload_is_found_as_it_was_also_after_a_restart() throws Exception {
        UploadTicket ticket = UploadTicket.draw(BOB, RANDOM);
        Upload toRoom = upload(UploadTicket.draw(ANN, RANDOM), ANN, 1);
        Upload toUser = new Upload(
                ticket.file(),
                State.ISSUED,
                BOB,
                new Target.ToUser(ANN),
                " two  words %d \u00e4\ud83d\ude00.png ",
                (1L << 53) - 1,
                "image/png",
                ticket.hash(),
                NOW,
                SOON,
                new TicketGrant(Role.ADMIN, true, "jti. of\n\ud83d\ude00", 1_699_999_999_999L, Optional.empty()));

        assertThat(issue(toRoom)).isEmpty();
        assertThat(await(store().issue(toUser, new UploadQuota(Long.MAX_VALUE, 1))))
                .isEmpty();

        assertThat(find(toRoom)).contains(toRoom);
        reopen();
        assertThat(find(toRoom)).contains(toRoom);
        assertThat(find(toUser)).contains(toUser);
        assertThat(await(store().find(UploadTicket.draw(ANN, RANDOM).file()))).isEmpty();
    }

    @Test
    void ticket_is_taken_once() throws Exception {
        Upload upload = issued(ANN, 5);

        assertThat(take(upload)).contains(upload.in(State.RECEIVING, LATER));

        assertThat(take(upload)).isEmpty();
        reopen();
        assertThat(take(upload)).isEmpty();
        assertThat(find(upload)).contains(upload.in(State.RECEIVING, LATER));
    }

    @Test
    void ticket_with_another_secret_or_id_is_not_taken() throws Exception {
        Upload upload = issued(ANN, 5);
        Upload other = issued(ANN, 5);

        assertThat(await(store().take(upload.id(), other.ticketHash(), NOW, LATER)))
                .isEmpty();
        assertThat(await(store().take(upload.id(), "", NOW, LATER))).isEmpty();
        assertThat(await(store().take(UploadTicket.draw(ANN, RANDOM).file(), upload.ticketHash(), NOW, LATER)))
                .isEmpty();

        assertThat(take(upload)).isPresent();
    }

    @Test
    void ticket_is_good_until_it_is_due() throws Exception {
        Upload first = issued(ANN, 5);
        Upload second = issued(ANN, 5);

        assertThat(await(store().take(first.id(), first.ticketHash(), SOON - 1, LATER)))
                .isPresent();
        assertThat(await(store().take(second.id(), second.ticketHash(), SOON, LATER)))
                .isEmpty();
    }

    @Test
    void received_upload_is_kept_and_keeping_may_be_repeated() throws Exception {
        Upload upload = received(ANN, 5);

        assertThat(keep(upload, NOW)).isTrue();
        assertThat(keep(upload, NOW)).isTrue();

        reopen();
        assertThat(find(upload)).contains(upload.in(State.KEPT, LATER + 1));
        assertThat(take(upload)).isEmpty();
    }

    @Test
    void upload_that_was_not_received_in_time_is_not_kept() throws Exception {
        Upload late = received(ANN, 5);
        Upload ended = received(ANN, 5);
        Upload issued = issued(ANN, 5);
        await(store().end(ended.id(), LATER));

        assertThat(keep(late, LATER)).isFalse();
        assertThat(keep(ended, NOW)).isFalse();
        assertThat(keep(issued, NOW)).isFalse();
        assertThat(await(store().keep(UploadTicket.draw(ANN, RANDOM).file(), NOW, LATER)))
                .isFalse();

        assertThat(find(late)).map(Upload::state).contains(State.RECEIVING);
    }

    @Test
    void bytes_of_a_user_are_bounded_from_the_ticket_to_the_end_of_the_file() throws Exception {
        UploadQuota ten = new UploadQuota(10, 100);
        Upload six = upload(UploadTicket.draw(ANN, RANDOM), ANN, 6);
        Upload five = upload(UploadTicket.draw(ANN, RANDOM), ANN, 5);
        Upload four = upload(UploadTicket.draw(ANN, RANDOM), ANN, 4);
        assertThat(await(store().issue(six, ten))).isEmpty();

        assertThat(await(store().issue(five, ten))).contains(Excess.BYTES);
        take(six);
        keep(six, NOW);
        reopen();
        assertThat(await(store().issue(five, ten))).contains(Excess.BYTES);
        await(store().end(six.id(), LATER));
        assertThat(await(store().issue(five, ten))).contains(Excess.BYTES);
        assertThat(find(five)).isEmpty();
        assertThat(await(store().issue(four, ten))).isEmpty();

        await(store().remove(six.id()));
        await(store().remove(six.id()));
        await(store().end(four.id(), LATER));
        await(store().remove(four.id()));
        assertThat(await(store().issue(upload(UploadTicket.draw(ANN, RANDOM), ANN, 10), ten)))
                .isEmpty();
    }

    @Test
    void pending_uploads_of_a_user_are_bounded_and_others_are_not_touched() throws Exception {
        UploadQuota two = new UploadQuota(1_000, 2);
        Upload first = upload(UploadTicket.draw(ANN, RANDOM), ANN, 1);
        Upload third = upload(UploadTicket.draw(ANN, RANDOM), ANN, 1);
        await(store().issue(first, two));
        await(store().issue(upload(UploadTicket.draw(ANN, RANDOM), ANN, 1), two));

        assertThat(await(store().issue(third, two))).contains(Excess.PENDING);
        assertThat(await(store().issue(upload(UploadTicket.draw(BOB, RANDOM), BOB, 1), two)))
                .isEmpty();
        take(first);
        assertThat(await(store().issue(third, two))).contains(Excess.PENDING);
        keep(first, NOW);
        assertThat(await(store().issue(third, two))).isEmpty();
    }

    @Test
    void repeated_issue_counts_once() throws Exception {
        UploadQuota tight = new UploadQuota(5, 1);
        Upload upload = upload(UploadTicket.draw(ANN, RANDOM), ANN, 5);

        assertThat(await(store().issue(upload, tight))).isEmpty();
        assertThat(await(store().issue(upload, tight))).isEmpty();
    }

    @Test
    void concurrent_issues_pass_no_quota() throws Exception {
        UploadQuota three = new UploadQuota(3, 100);
        List<Future<Optional<Excess>>> all = new ArrayList<>();
        for (int i = 0; i < 20; i++) {
            all.add(store().issue(upload(UploadTicket.draw(ANN, RANDOM), ANN, 1), three));
        }

        int issued = 0;
        for (Future<Optional<Excess>> each : all) {
            issued += await(each).isEmpty() ? 1 : 0;
        }
        assertThat(issued).isEqualTo(3);
    }

    @Test
    void what_is_due_is_claimed_once_until_the_claim_is_due_itself() throws Exception {
        Upload issued = issued(ANN, 5);
        Upload received = received(ANN, 5);
        Upload kept = received(ANN, 5);
        keep(kept, NOW);
        int lane = issued.id().lane();

        assertThat(await(store().claimDue(lane, SOON - 1, 10, LATER))).isEmpty();
        assertThat(await(store().claimDue(lane, SOON, 10, LATER + 50)))
                .containsExactly(issued.in(State.LAPSING, LATER + 50));
        assertThat(await(store().claimDue(lane, SOON, 10, LATER + 50))).isEmpty();
        assertThat(await(store().claimDue(lane, LATER, 10, LATER + 50)))
                .containsExactly(received.in(State.ENDING, LATER + 50));
        reopen();
        assertThat(await(store().claimDue(lane, LATER + 1, 10, LATER + 50)))
                .containsExactly(kept.in(State.ENDING, LATER + 50));
        await(store().remove(kept.id()));
        assertThat(await(store().claimDue(lane, LATER + 50, 10, LATER + 99)))
                .extracting(Upload::id)
                .containsExactlyInAnyOrder(issued.id(), received.id());
        assertThat(find(issued)).contains(issued.in(State.LAPSING, LATER + 99));
        assertThat(await(store().remove(issued.id()))).isTrue();
        assertThat(await(store().claimDue((lane + 1) % UploadStore.LANES, Long.MAX_VALUE / 4, 10, LATER)))
                .isEmpty();
    }

    @Test
    void claim_takes_no_more_than_the_limit() throws Exception {
        for (int i = 0; i < 5; i++) {
            issued(ANN, 1);
        }
        int lane = UploadTicket.draw(ANN, RANDOM).file().lane();

        assertThat(await(store().claimDue(lane, SOON, 3, LATER))).hasSize(3);
        assertThat(await(store().claimDue(lane, SOON, 3, LATER))).hasSize(2);
    }

    @Test
    void upload_that_has_not_ended_is_not_removed() throws Exception {
        Upload kept = received(ANN, 5);
        keep(kept, NOW);

        assertThat(await(store().remove(kept.id()))).isFalse();

        assertThat(find(kept)).isPresent();
        assertThat(await(store().end(kept.id(), LATER))).contains(kept.in(State.ENDING, LATER));
        assertThat(await(store().remove(kept.id()))).isTrue();
        assertThat(await(store().remove(kept.id()))).isFalse();
        assertThat(find(kept)).isEmpty();
        assertThat(await(store().end(kept.id(), LATER))).isEmpty();
    }

    @Test
    void pages_have_all_uploads_of_a_lane() throws Exception {
        Set<Upload> all = new HashSet<>();
        for (int i = 0; i < 300; i++) {
            all.add(issued(ANN, 1));
        }
        UserId other = inAnotherLane();
        issued(other, 1);

        assertThat(all(all.iterator().next().id().lane())).isEqualTo(all);
    }

    @Test
    void rows_are_bound_to_the_first_folder() throws Exception {
        assertThat(await(store().boundFolder())).isEmpty();
        assertThat(await(store().bind("one"))).isEmpty();
        assertThat(await(store().boundFolder())).contains("one");
        assertThat(await(store().bind("two"))).contains("one");
        reopen();
        assertThat(await(store().bind("one"))).contains("one");
    }

    /** Whatever happens, the sum of bytes is that of the rows, and the sum of pending ones too. */
    @Test
    void sums_agree_with_the_rows_after_any_steps() throws Exception {
        Random random = new Random(11);
        List<Upload> drawn = new ArrayList<>();
        for (int i = 0; i < 400; i++) {
            if (drawn.isEmpty() || random.nextInt(3) == 0) {
                drawn.add(issued(ANN, 1 + random.nextInt(1_000)));
            }
            step(random, drawn.get(random.nextInt(drawn.size())));
        }

        int lane = drawn.get(0).id().lane();
        Set<Upload> rows = all(lane);
        long bytes = rows.stream().mapToLong(Upload::size).sum();
        int pending =
                (int) rows.stream().filter(each -> each.state().isPending()).count();
        assertThat(rows).isNotEmpty();
        Upload one = upload(UploadTicket.draw(ANN, RANDOM), ANN, 1);
        assertThat(await(store().issue(one, new UploadQuota(bytes, 1_000)))).contains(Excess.BYTES);
        assertThat(await(store().issue(one, new UploadQuota(bytes + 1, pending))))
                .contains(Excess.PENDING);
        assertThat(await(store().issue(one, new UploadQuota(bytes + 1, pending + 1))))
                .isEmpty();
    }

    private void step(Random random, Upload upload) throws Exception {
        long now = NOW + random.nextInt(2_000);
        switch (random.nextInt(5)) {
            case 0 -> await(store().take(upload.id(), upload.ticketHash(), now, LATER));
            case 1 -> await(store().keep(upload.id(), now, LATER));
            case 2 -> await(store().end(upload.id(), LATER));
            case 3 -> await(store().remove(upload.id()));
            default -> await(store().claimDue(upload.id().lane(), now, 2, LATER));
        }
    }

    private Set<Upload> all(int lane) throws Exception {
        Set<Upload> found = new HashSet<>();
        String from = "";
        do {
            Page page = await(store().page(lane, from, 7));
            found.addAll(page.uploads());
            from = page.next();
        } while (!from.isEmpty());
        return found;
    }

    protected Upload issued(UserId owner, long size) throws Exception {
        Upload upload = upload(UploadTicket.draw(owner, RANDOM), owner, size);
        assertThat(issue(upload)).isEmpty();
        return upload;
    }

    private Upload received(UserId owner, long size) throws Exception {
        Upload upload = issued(owner, size);
        assertThat(take(upload)).isPresent();
        return upload;
    }

    private static UserId inAnotherLane() {
        int lane = UploadTicket.draw(ANN, RANDOM).file().lane();
        int i = 0;
        while (UploadTicket.draw(new UserId("u" + i), RANDOM).file().lane() == lane) {
            i++;
        }
        return new UserId("u" + i);
    }

    private static Upload upload(UploadTicket ticket, UserId owner, long size) {
        return new Upload(
                ticket.file(),
                State.ISSUED,
                owner,
                new Target.ToRoom(new RoomId("lobby")),
                "a.png",
                size,
                "image/png",
                ticket.hash(),
                NOW,
                SOON,
                TicketGrants.MEMBER);
    }

    private Optional<Excess> issue(Upload upload) throws Exception {
        return await(store().issue(upload, WIDE));
    }

    private Optional<Upload> take(Upload upload) throws Exception {
        return await(store().take(upload.id(), upload.ticketHash(), NOW, LATER));
    }

    private boolean keep(Upload upload, long now) throws Exception {
        return await(store().keep(upload.id(), now, LATER + 1));
    }

    protected Optional<Upload> find(Upload upload) throws Exception {
        return await(store().find(upload.id()));
    }

    protected static <T> T await(Future<T> future) throws Exception {
        return future.await(30, TimeUnit.SECONDS);
    }
}
