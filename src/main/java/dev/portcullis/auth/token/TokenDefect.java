package dev.portcullis.auth.token;

import dev.portcullis.protocol.AuthRefusal;
import dev.portcullis.protocol.LowerCaseId;

/**
 * Why a token is refused, for the operator. A client gets only the {@link #refusal}: which check failed would help an
 * attacker to pass the next one (CWE-209).
 */
public enum TokenDefect implements LowerCaseId {
    ABSENT("no token came in a way that auth.accept names"),
    SEVERAL("two different tokens came with one handshake"),
    UNREADABLE_FRAME("the auth frame is not what its schema says"),
    TOO_LONG("it is longer than " + TokenConfig.MAX_LENGTH + " characters"),
    MALFORMED("it is not three parts in base64url, of which the first two are JSON objects"),
    CRITICAL_HEADER("its header has crit, b64, zip or cty, which change what the rest means"),
    WRONG_TYPE(
            "typ in its header is neither JWT nor at+jwt, or typ or events in its claims is that of a refresh or logout"
                    + " token"),
    WRONG_ALGORITHM("alg in its header is none of its issuer's algorithms"),
    MISSING_CLAIM("it has no exp, or not the claim with the user"),
    MALFORMED_CLAIM("a claim has the wrong JSON type"),
    UNKNOWN_ISSUER("iss is that of no issuer in auth.issuers"),
    UNKNOWN_KEY("its issuer has no key of this kid and alg"),
    BAD_SIGNATURE("it is not signed with a key of the issuer that it names"),
    WRONG_AUDIENCE("aud does not name the issuer's audience, or names one where none is configured"),
    ID_TOKEN("it is an ID token, which says who logged in and opens nothing"),
    NOT_YET_VALID("nbf or iat is in the future, by more than auth.clockSkewMs"),
    TOO_LONG_LIVED("from iat to exp is longer than auth.maxLifetime"),
    WRONG_SUBJECT("sub is empty, a reserved name, or an account that its issuer can't speak for"),
    WRONG_TOKEN_ID("jti or sid is empty or too long"),
    UNKNOWN_BINDING("cnf binds it to a proof other than x5t#S256, which can't be checked"),
    WRONG_ROLE("role is none of unverified, member, moderator and admin"),
    WRONG_ROOMS("rooms has what is no room, or more of them than auth.maxRooms"),
    WRONG_CERTIFICATE("cnf binds it to a client certificate that its connection does not show"),
    UNCLEAR_CERTIFICATE("the names of the client certificate mean no user, or more than one"),
    OTHER_CERTIFICATE_USER("the client certificate means another user than the token beside it"),
    CSRF_MISMATCH("it came in a cookie, without the csrf.<token> whose hash is its claim csrf"),
    OTHER_USER("it came in token_refresh, and is of another sub or iss than the session"),
    EXPIRED_UNSIGNED("exp is over, and it is not signed with a key in use, as after a change of keys"),
    EXPIRED("exp is over", AuthRefusal.EXPIRED_TOKEN),
    REVOKED("it is revoked, or its login, or all that its user had at a time", AuthRefusal.REVOKED_TOKEN);

    private final String sentence;
    private final AuthRefusal refusal;

    TokenDefect(String sentence) {
        this(sentence, AuthRefusal.INVALID_TOKEN);
    }

    TokenDefect(String sentence, AuthRefusal refusal) {
        this.sentence = sentence;
        this.refusal = refusal;
    }

    public String sentence() {
        return sentence;
    }

    /**
     * Whether the token was made up, and no issuer signed it. A client that was given a token by an issuer sends none of
     * these: not one that sleeps until its token is over, or whose token is revoked, and not one of an issuer whose tokens
     * have other claims than they should.
     */
    public boolean isForgery() {
        return switch (this) {
            case MALFORMED, CRITICAL_HEADER, WRONG_ALGORITHM, UNKNOWN_ISSUER, UNKNOWN_KEY, BAD_SIGNATURE -> true;
            default -> false;
        };
    }

    /** The reason that the client gets. */
    public AuthRefusal refusal() {
        return refusal;
    }
}
