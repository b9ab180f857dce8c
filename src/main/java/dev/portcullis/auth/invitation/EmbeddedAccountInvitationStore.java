package dev.portcullis.auth.invitation;

import dev.portcullis.store.embedded.EmbeddedStore;
import dev.portcullis.store.embedded.Table;
import io.vertx.core.Future;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
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
