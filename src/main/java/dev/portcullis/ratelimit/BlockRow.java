package dev.portcullis.ratelimit;

import static java.nio.charset.StandardCharsets.US_ASCII;

import dev.portcullis.protocol.ClientAction;
import dev.portcullis.protocol.ClientActions;
import dev.portcullis.protocol.EventAction;
import dev.portcullis.protocol.Rejection.Window;
import dev.portcullis.protocol.UserId;
import dev.portcullis.store.StoreFailure;
import java.nio.ByteBuffer;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * A block as the embedded store keeps it. Key: the user, a NUL (which no user's id has), the action's id or nothing.
 * Value: the format number, the end, the strikes, the window's id.
 *
 * @param action the blocked one; where empty, the block covers the user
 */
record BlockRow(UserId user, Optional<ClientAction> action, Block block) {
    private static final byte FORMAT = 1;
    private static final int FIXED = 1 + Long.BYTES + 1;

    byte[] key() {
        return (user.value() + '\0' + action.map(ClientAction::id).orElse("")).getBytes(US_ASCII);
    }

    byte[] value() {
        byte[] window = block.window().id().getBytes(US_ASCII);
        return ByteBuffer.allocate(FIXED + window.length)
                .put(FORMAT)
                .putLong(block.until())
                .put((byte) block.strikes())
                .put(window)
                .array();
    }

    /** A row for an action that no longer exists covers nothing, like one for an event that has no limit. */
    static BlockRow of(byte[] key, byte[] value) {
        String name = new String(key, US_ASCII);
        int end = name.indexOf('\0');
        UserId user = new UserId(name.substring(0, end));
        String id = name.substring(end + 1);
        if (id.isEmpty()) {
            return new BlockRow(user, Optional.empty(), blockOf(value));
        }
        return new BlockRow(
                user, Optional.of(ClientActions.of(id).orElseGet(() -> new EventAction(id))), blockOf(value));
    }

    static Block blockOf(byte[] value) {
        ByteBuffer in = ByteBuffer.wrap(value);
        if (in.get() != FORMAT) {
            throw new StoreFailure("a block was written in a format that this version does not know");
        }
        long until = in.getLong();
        int strikes = in.get();
        return new Block(windowOf(new String(value, FIXED, value.length - FIXED, US_ASCII)), until, strikes);
    }

    private static Window windowOf(String id) {
        return Stream.of(Window.values())
                .filter(window -> window.id().equals(id))
                .findFirst()
                .orElseThrow(() -> new StoreFailure("a block names a window that this version does not know"));
    }
}
