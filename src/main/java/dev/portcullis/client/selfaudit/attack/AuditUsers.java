package dev.portcullis.client.selfaudit.attack;

import dev.portcullis.client.command.UserTokens;
import io.vertx.core.json.DecodeException;
import io.vertx.core.json.JsonObject;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** The users as whom the auditor comes: made for this run with the server's key, or two whose tokens the operator gave. */
public final class AuditUsers {
    private static final int PARTS = 3;

    private final String run;
    private final Optional<IssuerKey> key;
    private final Optional<UserTokens> minted;
    private final Optional<String> first;
    private final Optional<String> second;

    /** Tokens that the server should accept, so that their handshakes count for their users. */
    private final Set<String> valid = ConcurrentHashMap.newKeySet();

    /** The key of an issuer that the server trusts. */
    @FunctionalInterface
    public interface IssuerKey {
        String sign(JsonObject claims);
    }

    private AuditUsers(
            String run,
            Optional<IssuerKey> key,
            Optional<UserTokens> minted,
            Optional<String> first,
            Optional<String> second) {
        this.run = run;
        this.key = key;
        this.minted = minted;
        this.first = first;
        this.second = second;
        first.ifPresent(valid::add);
        second.ifPresent(valid::add);
    }

    /** @param run tells the users and rooms of this run from those of all others */
    public static AuditUsers minted(String run, UserTokens tokens, IssuerKey key) {
        return new AuditUsers(run, Optional.of(key), Optional.of(tokens), Optional.empty(), Optional.empty());
    }

    public static AuditUsers given(String run, Optional<String> first, Optional<String> second) {
        return new AuditUsers(run, Optional.empty(), Optional.empty(), first, second);
    }

    /** The prefix of what the auditor makes at the server. */
    public String prefix() {
        return "audit-" + run;
    }

    /** The first of two users. */
    public Optional<String> first() {
        return fresh("a").or(() -> first);
    }

    /** The second of two users. */
    public Optional<String> second() {
        return fresh("b").or(() -> second);
    }

    /** A user that no other probe uses, so that no limit or score of one probe meets the next; only where the key is known. */
    public Optional<String> fresh(String name) {
        Optional<String> token =
                minted.map(tokens -> tokens.tokenFor(prefix() + "-" + name, List.of(prefix() + "-room-*")));
        token.ifPresent(valid::add);
        return token;
    }

    /** The user for a probe that spends some of what a user may do: of its own, or the first that was given. */
    public Optional<String> any(String name) {
        return fresh(name).or(() -> first);
    }

    /** A token with these claims, signed with the server's key; empty where that is not known. */
    public Optional<String> signed(JsonObject claims) {
        return key.map(known -> known.sign(claims));
    }

    boolean isValid(String token) {
        return valid.contains(token);
    }

    /** The claims of a token; empty if it is no JWT. */
    public static Optional<JsonObject> claims(String token) {
        return part(token, 1);
    }

    /** The header of a token; empty if it is no JWT. */
    public static Optional<JsonObject> header(String token) {
        return part(token, 0);
    }

    private static Optional<JsonObject> part(String token, int index) {
        String[] parts = token.split("\\.", -1);
        if (parts.length != PARTS) {
            return Optional.empty();
        }
        try {
            return Optional.of(
                    new JsonObject(new String(Base64.getUrlDecoder().decode(parts[index]), StandardCharsets.UTF_8)));
        } catch (IllegalArgumentException | DecodeException none) {
            return Optional.empty();
        }
    }
}
