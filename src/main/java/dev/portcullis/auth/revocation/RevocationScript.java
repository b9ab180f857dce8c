package dev.portcullis.auth.revocation;

import dev.portcullis.auth.session.RevocationLimits;
import dev.portcullis.store.rows.RowArguments;
import dev.portcullis.streams.StreamWindow;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.stream.Collectors;

/**
 * The script with which another system revokes in the Redis of a cluster, without a call to a node. It is made of the
 * same parts as our own appends. What it writes is what {@link dev.portcullis.auth.session.RevocationStore} reads.
 */
public final class RevocationScript {
    private static final String STREAMS = "/dev/portcullis/streams/redis/";
    private static final String HEAD = """
            -- Revokes tokens of a user in the Redis of a Portcullis cluster: no session begins with one any more, and every node
            -- closes the connections of those there within a second. Run it with EVAL or EVALSHA on the master.
            -- KEYS    1 pc:{LANE}:s:USER; LANE is the CRC-32 (as of zlib) of "inbox:USER" in UTF-8, modulo 256
            -- ARGV    1 jti, sid or before
            --         2 of jti: the token's jti, or the base64url SHA-256 of a token without; of sid: the login; of before: the
            --         time of issue, in milliseconds, up to which tokens are revoked; empty for now
            -- Result  OK, or an error, after which nothing has changed
            -- Promise Atomic. The same again does no harm.
            -- Print it again after an upgrade, or after a change of auth.maxLifetime, auth.clockSkewMs, sessions or streams.
            """;

    private RevocationScript() {}

    /** @param cutoffs how long the cut-offs of a lane are kept */
    public static String text(RevocationLimits limits, StreamWindow cutoffs) {
        return String.join(
                "\n",
                HEAD,
                number("KEEP_MS", limits.keepForLoginsMs()),
                number("PER_USER", limits.perUser()),
                number("CUTOFFS_KEPT", cutoffs.entries()),
                number("CUTOFFS_AGE_MS", cutoffs.ageMs()),
                "",
                function(
                        "append",
                        STREAMS + "lane",
                        STREAMS + "stream_meta",
                        RowArguments.CHANGES_FILE,
                        RowArguments.PERMIT_FILE,
                        STREAMS + "conversation_entry",
                        STREAMS + "inbox_place",
                        STREAMS + "append"),
                read("revoke_outside"));
    }

    private static String number(String name, long value) {
        return "local " + name + " = '" + value + "'";
    }

    /** Its parameters have the names of what a script is called with. */
    private static String function(String name, String... parts) {
        return Arrays.stream(parts)
                .map(RevocationScript::read)
                .collect(Collectors.joining("\n", "local function " + name + "(KEYS, ARGV)\n", "end\n"));
    }

    private static String read(String part) {
        try (InputStream file = RevocationScript.class.getResourceAsStream(part + ".lua")) {
            if (file == null) {
                throw new IllegalStateException("no script " + part);
            }
            return new String(file.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }
}
