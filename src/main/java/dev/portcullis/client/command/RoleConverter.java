package dev.portcullis.client.command;

import dev.portcullis.protocol.Role;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** Reads {@code --role}. */
public final class RoleConverter implements ITypeConverter<Role> {
    @Override
    public Role convert(String text) {
        return Role.of(text)
                .orElseThrow(() -> new TypeConversionException(
                        "'" + text + "' is not one of unverified, member, moderator, admin"));
    }
}
