package dev.portcullis.auth.account;

import dev.portcullis.protocol.UserId;
import dev.portcullis.store.embedded.Batch;
import dev.portcullis.store.embedded.EmbeddedStore;
import dev.portcullis.store.embedded.Table;
import io.vertx.core.Future;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.function.Function;

/** Accounts in the embedded store: a row for each user, and one for each of the names, which names the user. */
public final class EmbeddedAccountStore implements AccountStore {
    private final EmbeddedStore store;
    private final Table accounts;
    private final Table emails;
    private final Table usernames;

    /** Blocks the thread: create it while starting. */
    public EmbeddedAccountStore(EmbeddedStore store) {
        this.store = store;
        this.accounts = store.table("auth.accounts");
        this.emails = store.table("auth.emails");
        this.usernames = store.table("auth.usernames");
    }

    @Override
    public Future<Creation> create(AccountState state) {
        return store.write(batch -> create(batch, state));
    }

    @Override
    public Future<Optional<UserId>> userOf(EmailAddress email) {
        return store.read(reader -> Optional.ofNullable(reader.get(emails, key(email.value())))
                .map(id -> new UserId(new String(id, StandardCharsets.US_ASCII))));
    }

    @Override
    public Future<Optional<AccountState>> find(UserId user) {
        return store.read(reader -> AccountRow.decode(reader.get(accounts, key(user.value()))));
    }

    @Override
    public <T> Future<Optional<T>> update(UserId user, Function<AccountState, Change<T>> step) {
        byte[] key = key(user.value());
        return store.write(batch -> AccountRow.decode(batch.get(accounts, key)).map(state -> {
            Change<T> change = step.apply(state);
            change.next().ifPresent(next -> batch.put(accounts, key, AccountRow.encode(next)));
            return change.result();
        }));
    }

    @Override
    public Future<Boolean> delete(UserId user) {
        byte[] key = key(user.value());
        return store.write(batch -> {
            Optional<AccountState> state = AccountRow.decode(batch.get(accounts, key));
            state.map(AccountState::account).ifPresent(account -> {
                batch.delete(accounts, key);
                batch.delete(emails, key(account.email().value()));
                batch.delete(usernames, key(account.username().key()));
            });
            return state.isPresent();
        });
    }

    private Creation create(Batch batch, AccountState state) {
        Account account = state.account();
        byte[] email = key(account.email().value());
        byte[] username = key(account.username().key());
        if (batch.get(emails, email) != null) {
            return Creation.EMAIL_TAKEN;
        }
        if (batch.get(usernames, username) != null) {
            return Creation.USERNAME_TAKEN;
        }
        byte[] user = key(account.id().value());
        batch.put(emails, email, user);
        batch.put(usernames, username, user);
        batch.put(accounts, user, AccountRow.encode(state));
        return Creation.CREATED;
    }

    private static byte[] key(String name) {
        return name.getBytes(StandardCharsets.UTF_8);
    }
}
