/** Links in mails to users: which are open, how they are made and recognised, and how mails are sent. */
@NullMarked
package dev.portcullis.auth.mail;

import org.jspecify.annotations.NullMarked;
