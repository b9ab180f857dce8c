package dev.portcullis.store.redis;

import io.vertx.redis.client.Command;
import io.vertx.redis.client.Request;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** One run of a script: all keys it touches, which lie in one lane, and its arguments. */
public final class ScriptCall {
    private final Script script;
    private final List<String> keys = new ArrayList<>();
    private final List<byte[]> args = new ArrayList<>();

    private boolean first;

    ScriptCall(Script script) {
        this.script = script;
    }

    public ScriptCall key(String key) {
        keys.add(key);
        return this;
    }

    public ScriptCall arg(byte[] value) {
        args.add(value);
        return this;
    }

    public ScriptCall arg(String value) {
        return arg(value.getBytes(StandardCharsets.UTF_8));
    }

    public ScriptCall arg(long value) {
        return arg(Long.toString(value).getBytes(StandardCharsets.US_ASCII));
    }

    /** Is made however many calls are under way: without it the node would be over, or admit nobody. */
    public ScriptCall first() {
        first = true;
        return this;
    }

    boolean isFirst() {
        return first;
    }

    Script script() {
        return script;
    }

    /** Where a Redis Cluster keeps what it touches: all keys are of one lane. */
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
