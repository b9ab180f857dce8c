package dev.portcullis.audit;

import dev.portcullis.protocol.CloseCode;
import dev.portcullis.protocol.FrameType;
import dev.portcullis.protocol.Rejection;
import dev.portcullis.protocol.UserId;
import io.netty.util.NetUtil;
import java.util.Collections;
import java.util.EnumMap;
import java.util.HexFormat;
import java.util.Map;
import java.util.Optional;

/** One thing that happened, and what applies of who, where, what and why. */
public final class AuditEvent {
    /** An Origin or a resource is a stranger's text. */
    private static final int LONGEST = 256;

    private static final int IPV6_BYTES = 16;

    private final EventName name;
    private final Map<AuditField, Object> fields;

    private AuditEvent(EventName name, Map<AuditField, Object> fields) {
        this.name = name;
        this.fields = fields;
    }

    public static AuditEvent of(EventName name) {
        return new AuditEvent(name, Map.of());
    }

    public EventName name() {
        return name;
    }

    public AuditEvent requestId(String id) {
        return with(AuditField.REQUEST_ID, id);
    }

    public AuditEvent user(UserId user) {
        return with(AuditField.USER_ID, user.value());
    }

    public AuditEvent session(String sessionId) {
        return with(AuditField.SESSION_ID, sessionId);
    }

    public AuditEvent ip(String address) {
        return with(AuditField.IP, address);
    }

    public AuditEvent origin(String origin) {
        return with(AuditField.ORIGIN, cut(origin));
    }

    public AuditEvent action(FrameType type) {
        return with(AuditField.ACTION, type.id());
    }

    public AuditEvent resource(String resource) {
        return with(AuditField.RESOURCE, cut(resource));
    }

    /** @param word of one of our tables of reasons */
    public AuditEvent reason(String word) {
        return with(AuditField.REASON, word);
    }

    /** @param word of a table of ours: what of the reason only operators are told */
    public AuditEvent detail(String word) {
        return with(AuditField.DETAIL, word);
    }

    /** The reason of a refusal, and whose limit it was. */
    public AuditEvent refused(Rejection why) {
        AuditEvent because = reason(why.id());
        return why.fold(
                limited -> because.with(
                        AuditField.SCOPE,
                        limited.scope().id() + "/" + limited.window().id()),
                failed -> because);
    }

    public AuditEvent code(CloseCode code) {
        return code(code.code());
    }

    /** How we end a connection, and why. */
    public AuditEvent closed(CloseCode with) {
        return reason(with.id()).code(with.code());
    }

    /** A close code as it came from a peer, or an HTTP status. */
    public AuditEvent code(int code) {
        return with(AuditField.CODE, code);
    }

    public AuditEvent durationMs(long millis) {
        return with(AuditField.DURATION_MS, millis);
    }

    public AuditEvent messageCount(long count) {
        return with(AuditField.MESSAGE_COUNT, count);
    }

    /** Every line has an id, also that of an event which nobody was told of. */
    AuditEvent identified() {
        return fields.containsKey(AuditField.REQUEST_ID) ? this : requestId(RequestId.next());
    }

    AuditEvent count(long repeats) {
        return with(AuditField.COUNT, repeats);
    }

    Map<AuditField, Object> fields() {
        return fields;
    }

    /** Whom repeats are gathered by: the user, else the address, of IPv6 the network. */
    String source() {
        return text(AuditField.USER_ID)
                .or(() -> text(AuditField.IP).map(AuditEvent::network))
                .orElse("");
    }

    /** One host has all of a /64 to come from. */
    private static String network(String address) {
        byte[] bytes = NetUtil.createByteArrayFromIpAddressString(address);
        return bytes == null || bytes.length < IPV6_BYTES
                ? address
                : HexFormat.of().formatHex(bytes, 0, IPV6_BYTES / 2);
    }

    String reason() {
        return text(AuditField.REASON).orElse("");
    }

    String detail() {
        return text(AuditField.DETAIL).orElse("");
    }

    private Optional<String> text(AuditField field) {
        return Optional.ofNullable(fields.get(field)).map(String::valueOf);
    }

    private AuditEvent with(AuditField field, Object value) {
        EnumMap<AuditField, Object> more = new EnumMap<>(AuditField.class);
        more.putAll(fields);
        more.put(field, value);
        return new AuditEvent(name, Collections.unmodifiableMap(more));
    }

    private static String cut(String text) {
        return text.length() <= LONGEST ? text : text.substring(0, LONGEST);
    }
}
