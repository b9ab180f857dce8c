package dev.portcullis.auth.invitation;

import dev.portcullis.store.Lanes;
import dev.portcullis.store.rows.Partition;
import dev.portcullis.store.rows.ReadSet;
import dev.portcullis.store.rows.RowForm;
import dev.portcullis.store.rows.RowKey;
import dev.portcullis.store.rows.RowRange;
import dev.portcullis.store.rows.RowStep;
import dev.portcullis.store.rows.RowStore;
import dev.portcullis.store.rows.Rows;
import dev.portcullis.store.rows.Rows.Row;
import dev.portcullis.store.rows.WriteSet;
import io.vertx.core.Future;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Function;

/**
 * Keeps invitations until they expire: a row for each hash of a code, and its place among all in the order of their ends. They
 * are in one lane, so that they can be listed. A failed future means that the store failed.
 */
public final class AccountInvitationStore {
    private static final RowForm<AccountInvitation> INVITATION = RowForm.of(AccountInvitation.class);
    private static final int LANE = Lanes.of("account_invitations");
    private static final Partition PLACES = new Partition("ai_places", "all");
    private static final int LENGTH_OF_TIME = 16;

    /** How many that are over one call forgets: operators invite now and then. */
    private static final int FORGOTTEN = 100;

    private final RowStore rows;

    /**
     * An invitation as operators see it.
     *
     * @param id the hash of its code, which does not tell the code
     * @param used whether a user registered with it, or does so now
     */
    public record Kept(String id, long madeAt, long expiresAt, boolean used) {}

    /** @param next where the next page begins; empty if this is the last */
    public record Listing(List<Kept> invitations, String next) {
        public Listing {
            invitations = List.copyOf(invitations);
        }
    }

    public AccountInvitationStore(RowStore rows) {
        this.rows = rows;
    }

    /** @param now invitations that are over by then are forgotten, at any later time */
    public Future<Void> add(String hash, AccountInvitation invitation, long now) {
        RowRange over = PLACES.before(placeBehind(now), FORGOTTEN);
        return rows.change(LANE, ReadSet.of(over), found -> {
                    WriteSet writes = WriteSet.of(rowOf(hash), INVITATION.encode(invitation))
                            .put(placeOf(hash, invitation), "");
                    for (Row each : found.get(over)) {
                        writes = writes.remove(rowOf(hashAt(each))).remove(PLACES.row(each.key()));
                    }
                    return RowStep.done(hash, writes);
                })
                .mapEmpty();
    }

    /**
     * Changes an invitation in one atomic step; false if it does not exist, or the step changes nothing.
     *
     * @param step may be called more than once, and only the last call counts: it must have no effects
     */
    public Future<Boolean> update(String hash, Function<AccountInvitation, Optional<AccountInvitation>> step) {
        RowKey row = rowOf(hash);
        return rows.change(
                LANE,
                ReadSet.of(row),
                found -> found.get(row)
                        .map(INVITATION::decode)
                        .flatMap(step)
                        .map(next -> RowStep.done(true, WriteSet.of(row, INVITATION.encode(next))))
                        .orElseGet(() -> RowStep.done(false)));
    }

    /** Removes an invitation, used or not; false if it does not exist. */
    public Future<Boolean> remove(String hash) {
        RowKey row = rowOf(hash);
        return rows.change(
                LANE,
                ReadSet.of(row),
                found -> found.get(row)
                        .map(INVITATION::decode)
                        .map(present ->
                                RowStep.done(true, WriteSet.NONE.remove(row).remove(placeOf(hash, present))))
                        .orElseGet(() -> RowStep.done(false)));
    }

    /**
     * Invitations that are not over, those that end first coming first.
     *
     * @param from where to begin, as {@link Listing#next} says; empty for the first
     * @param limit the most of a page, which may have fewer although there are more
     */
    public Future<Listing> page(String from, int limit, long now) {
        RowRange range = PLACES.from(from, limit + 1);
        return rows.read(LANE, ReadSet.of(range)).compose(places -> {
            List<Row> all = places.get(range);
            List<String> hashes = all.stream()
                    .limit(limit)
                    .map(AccountInvitationStore::hashAt)
                    .toList();
            String next = all.size() > limit ? all.get(limit).key() : "";
            return rows.read(
                            LANE,
                            ReadSet.of(hashes.stream()
                                    .map(AccountInvitationStore::rowOf)
                                    .toArray(RowKey[]::new)))
                    .map(found -> new Listing(kept(hashes, found, now), next));
        });
    }

    private static List<Kept> kept(List<String> hashes, Rows found, long now) {
        return hashes.stream()
                .flatMap(hash -> found
                        .get(rowOf(hash))
                        .map(INVITATION::decode)
                        .filter(invitation -> !invitation.isOver(now))
                        .map(invitation -> new Kept(
                                hash,
                                invitation.madeAt(),
                                invitation.expiresAt(),
                                invitation.usedBy().isPresent()))
                        .stream())
                .toList();
    }

    private static RowKey rowOf(String hash) {
        return RowKey.of("ai", hash);
    }

    private static RowKey placeOf(String hash, AccountInvitation invitation) {
        return PLACES.row(time(invitation.expiresAt()) + hash);
    }

    /** Comes behind the places of the invitations that end then. */
    private static String placeBehind(long end) {
        return time(end + 1);
    }

    private static String hashAt(Row place) {
        return place.key().substring(LENGTH_OF_TIME);
    }

    private static String time(long millis) {
        return String.format(Locale.ROOT, "%015d.", millis);
    }
}
