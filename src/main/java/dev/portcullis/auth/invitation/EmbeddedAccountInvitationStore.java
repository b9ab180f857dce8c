package dev.portcullis.auth.invitation;

import dev.portcullis.store.embedded.EmbeddedStore;
import dev.portcullis.store.embedded.Table;
import io.vertx.core.Future;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Function;

/** Invitations in the embedded store. */
public final class EmbeddedAccountInvitationStore implements AccountInvitationStore {
    private static final byte[] FIRST = {};
    private static final byte[] LAST = {(byte) 0xFF};

    private final EmbeddedStore store;
    private final Table invitations;

    /** Blocks the thread: create it while starting. */
    public EmbeddedAccountInvitationStore(EmbeddedStore store) {
        this.store = store;
        this.invitations = store.table("auth.invitations");
    }

    /** Operators invite now and then, so this is when the old ones are looked for. */
    @Override
    public Future<Void> add(String hash, AccountInvitation invitation, long now) {
        return over(now)
                .compose(over -> store.write(batch -> {
                    over.forEach(key -> batch.delete(invitations, key));
                    batch.put(invitations, bytes(hash), bytes(invitation.row()));
                    return true;
                }))
                .mapEmpty();
    }

    @Override
    public Future<Boolean> update(String hash, Function<AccountInvitation, Optional<AccountInvitation>> step) {
        byte[] key = bytes(hash);
        return store.write(batch -> {
            Optional<AccountInvitation> next = Optional.ofNullable(batch.get(invitations, key))
                    .map(row -> AccountInvitation.of(text(row)))
                    .flatMap(step);
            next.ifPresent(changed -> batch.put(invitations, key, bytes(changed.row())));
            return next.isPresent();
        });
    }

    @Override
    public Future<Boolean> remove(String hash) {
        byte[] key = bytes(hash);
        return store.write(batch -> {
            boolean found = batch.get(invitations, key) != null;
            batch.delete(invitations, key);
            return found;
        });
    }

    /** Reads all: they are as many as operators made in the time for which they are good. */
    @Override
    public Future<Page> page(String from, int limit, long now) {
        return store.read(reader -> {
            NavigableMap<String, Map.Entry<String, AccountInvitation>> first = new TreeMap<>();
            reader.scan(invitations, FIRST, LAST, (key, row) -> {
                AccountInvitation invitation = AccountInvitation.of(text(row));
                String place = AccountInvitationStore.place(text(key), invitation);
                if (!invitation.isOver(now) && place.compareTo(from) >= 0) {
                    first.put(place, Map.entry(text(key), invitation));
                    if (first.size() > limit + 1) {
                        first.pollLastEntry();
                    }
                }
                return true;
            });
            String next = first.size() > limit ? first.pollLastEntry().getKey() : "";
            Map<String, AccountInvitation> page = new LinkedHashMap<>();
            first.values().forEach(each -> page.put(each.getKey(), each.getValue()));
            return new Page(page, next);
        });
    }

    private Future<List<byte[]>> over(long now) {
        return store.read(reader -> {
            List<byte[]> keys = new ArrayList<>();
            reader.scan(invitations, FIRST, LAST, (key, row) -> {
                if (AccountInvitation.of(text(row)).isOver(now)) {
                    keys.add(key);
                }
                return true;
            });
            return keys;
        });
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }

    private static String text(byte[] bytes) {
        return new String(bytes, StandardCharsets.US_ASCII);
    }
}
