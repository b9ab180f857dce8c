package dev.portcullis.auth.invitation;

import io.vertx.core.Future;
import java.util.Optional;
import java.util.function.Function;

/** Where no one is invited. */
public final class NoInvitations implements AccountInvitationStore {
    @Override
    public Future<Void> add(String hash, AccountInvitation invitation, long now) {
        return failed();
    }

    @Override
    public Future<Boolean> update(String hash, Function<AccountInvitation, Optional<AccountInvitation>> step) {
        return failed();
    }

    @Override
    public Future<Boolean> remove(String hash) {
        return failed();
    }

    @Override
    public Future<Page> page(String from, int limit, long now) {
        return failed();
    }

    private static <T> Future<T> failed() {
        return Future.failedFuture("no one is invited");
    }
}
