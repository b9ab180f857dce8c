package dev.portcullis.admin;

import dev.portcullis.auth.revocation.Revocation;
import dev.portcullis.http.contract.InputSchema.Fields;
import dev.portcullis.protocol.Rejection.Violation;
import dev.portcullis.protocol.UserId;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/** Reads what an operator revokes: rules on several fields together, which the contract can only say in words. */
final class RevocationBody {
    /** How far an operator's clock may be ahead. A later time would revoke tokens that do not exist yet. */
    private static final long CLOCK_SKEW_MS = 60_000;

    private static final String SESSION_ID = "sessionId";
    private static final String USER_ID = "userId";
    private static final String BEFORE = "before";

    private RevocationBody() {}

    static void read(Fields body, long now, Consumer<Revocation> revocation, Consumer<Violation> malformed) {
        Optional<String> jti = body.textIn("jti");
        Optional<String> sid = body.textIn("sid");
        Optional<String> session = body.textIn(SESSION_ID);
        Optional<UserId> user = body.textIn(USER_ID).map(UserId::new);
        Optional<Long> before = body.numberIn(BEFORE);
        List<String> named =
                List.of(jti, sid, session).stream().flatMap(Optional::stream).toList();
        if (named.size() > 1 || (named.isEmpty() && user.isEmpty())) {
            malformed.accept(new Violation("", "oneOf"));
        } else if (session.isPresent() && user.isPresent()) {
            malformed.accept(new Violation("/" + USER_ID, "not"));
        } else if (before.isPresent() && !named.isEmpty()) {
            malformed.accept(new Violation("/" + BEFORE, "not"));
        } else if (before.filter(time -> time > now + CLOCK_SKEW_MS).isPresent()) {
            malformed.accept(new Violation("/" + BEFORE, "maximum"));
        } else {
            revocation.accept(jti.<Revocation>map(id -> new Revocation.OfToken(id, user))
                    .or(() -> sid.map(id -> new Revocation.OfFamily(id, user)))
                    .or(() -> session.map(Revocation.OfSession::new))
                    .orElseGet(() -> new Revocation.OfUser(user.orElseThrow(), before.orElse(now))));
        }
    }
}
