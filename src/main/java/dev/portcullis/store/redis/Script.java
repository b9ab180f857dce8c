package dev.portcullis.store.redis;

import io.vertx.redis.client.Command;
import io.vertx.redis.client.Request;
import io.vertx.redis.client.Response;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * A Lua script from a resource beside the class that runs it. Its header states keys, arguments and result. Only {@link
 * RedisStore} makes one, so that every script is loaded into new connections.
 */
public final class Script {
    private final String name;
    private final String source;
    private final String digest;
    private final OptionalInt number;

    private Script(String name, String source, OptionalInt number) {
        this.name = name;
        this.source = source;
        this.digest = sha1(source.getBytes(StandardCharsets.UTF_8));
        this.number = number;
    }

    /** Reads and joins the parts; the last one names the script. */
    static Script of(Class<?> beside, List<String> parts) {
        return new Script(nameOf(parts), joined(beside, parts), OptionalInt.empty());
    }

    static Script ofSource(String name, String source) {
        return new Script(name, source, OptionalInt.empty());
    }

    /** Makes this the script of this number among those of {@link GatheredScripts}. */
    Script numbered(int among) {
        return new Script(name, source, OptionalInt.of(among));
    }

    private static String nameOf(List<String> parts) {
        return parts.get(parts.size() - 1);
    }

    static String joined(Class<?> beside, List<String> parts) {
        return parts.stream().map(part -> read(beside, part)).collect(Collectors.joining("\n"));
    }

    public Call call() {
        return new Call(this);
    }

    String name() {
        return name;
    }

    String source() {
        return source;
    }

    /** Whether calls of this script that begin in one turn are made together. */
    boolean isGathered() {
        return number.isPresent();
    }

    /** The SHA-1 by which {@code EVALSHA} names the script. */
    String digest() {
        return digest;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Script script && script.digest.equals(digest);
    }

    @Override
    public int hashCode() {
        return digest.hashCode();
    }

    private static String read(Class<?> beside, String name) {
        try (InputStream file = beside.getResourceAsStream(name + ".lua")) {
            if (file == null) {
                throw new IllegalStateException("no script " + name + " beside " + beside.getName());
            }
            return new String(file.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }

    private static String sha1(byte[] bytes) {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-1").digest(bytes));
        } catch (NoSuchAlgorithmException impossible) {
            throw new IllegalStateException("every JDK has SHA-1", impossible);
        }
    }

    /** One call of a script: its arguments, and all keys that it touches, which are in one lane. */
    public static final class Call {
        private final Script script;
        private final List<String> keys = new ArrayList<>();
        private final List<byte[]> args = new ArrayList<>();

        private boolean exemptFromLimit;
        private @Nullable Function<Response, Optional<String>> writer;

        Call(Script script) {
            this.script = script;
        }

        public Call key(String key) {
            keys.add(key);
            return this;
        }

        public Call arg(byte[] value) {
            args.add(value);
            return this;
        }

        public Call arg(String value) {
            return arg(value.getBytes(StandardCharsets.UTF_8));
        }

        public Call arg(long value) {
            return arg(Long.toString(value).getBytes(StandardCharsets.US_ASCII));
        }

        /** Makes this a call that makes a call of one of its scripts. */
        Call gather(Call other) {
            arg(other.script.number.orElseThrow()).arg(other.keys.size()).arg(other.args.size());
            keys.addAll(other.keys);
            args.addAll(other.args);
            exemptFromLimit |= other.exemptFromLimit;
            return this;
        }

        /** Exempts the call from the limit of calls in flight: without it the node would lose its leases, or admit no user. */
        public Call exemptFromLimit() {
            exemptFromLimit = true;
            return this;
        }

        /**
         * The answer waits for the replicas that {@link ReplicaAcks} asks for.
         *
         * @param writer the id of the server that a reply names; empty for a reply that rests on no write
         */
        public Call confirmedByReplicas(Function<Response, Optional<String>> writer) {
            this.writer = writer;
            return this;
        }

        /** The number of keys so far. */
        public int keys() {
            return keys.size();
        }

        boolean isExemptFromLimit() {
            return exemptFromLimit;
        }

        boolean isConfirmedByReplicas() {
            return writer != null;
        }

        /** The id of the server whose replicas must confirm what the reply says. */
        Optional<String> writerOf(Response reply) {
            Function<Response, Optional<String>> named = writer;
            return named == null ? Optional.empty() : named.apply(reply);
        }

        Script script() {
            return script;
        }

        /** The first key, whose lane is that of all. */
        String key() {
            return keys.get(0);
        }

        /** The slot of the call's keys, which are all in one lane. */
        int slot() {
            return keys.isEmpty() ? 0 : HashSlot.of(keys.get(0));
        }

        Request byDigest() {
            Request request = Request.cmd(Command.EVALSHA).arg(script.digest()).arg(keys.size());
            keys.forEach(request::arg);
            args.forEach(request::arg);
            return request;
        }
    }
}
