package dev.portcullis.admin;

import dev.portcullis.http.routing.OperationGuard.Caller;
import dev.portcullis.protocol.UserId;
import java.util.Optional;

/**
 * The caller of an operation on the operators' listener.
 *
 * @param user the user of the token; empty for the API key
 */
record Operator(Optional<UserId> user) implements Caller {
    private static final String API_KEY = "api_key";

    @Override
    public Optional<String> payer() {
        return Optional.empty(); // all servers of an application have one key
    }

    /** The name in the audit log. */
    String id() {
        return user.map(UserId::value).orElse(API_KEY);
    }
}
