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

    Script script() {
        return script;
    }

    Request byDigest() {
        return request(Command.EVALSHA, script.digest());
    }

    private Request request(Command command, String which) {
        Request request = Request.cmd(command).arg(which).arg(keys.size());
        keys.forEach(request::arg);
        args.forEach(request::arg);
        return request;
    }
}
