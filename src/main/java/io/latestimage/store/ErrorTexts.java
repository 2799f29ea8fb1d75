package io.latestimage.store;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT;

import java.io.ByteArrayOutputStream;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;
import java.nio.charset.Charset;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The texts of the C library for each {@link Errno}, in the language of this process. The JDK puts the same texts into
 * its exceptions. They are looked up when this class is first used, so they cost nothing until an error occurs.
 */
final class ErrorTexts {
    private static final Logger LOG = LoggerFactory.getLogger(ErrorTexts.class);
    /** The most bytes that are read of a text. Real texts have less than a hundred. */
    private static final int MAX_LENGTH = 1024;

    static final Map<String, Errno> BY_TEXT = texts();

    private ErrorTexts() {}

    static @Nullable Errno byText(String text) {
        return BY_TEXT.get(text);
    }

    private static Map<String, Errno> texts() {
        try {
            return byStrerror();
        } catch (Throwable e) { // a failure to call native code must not hide the error that is being examined
            LOG.info(
                    "strerror cannot be called, so error texts are compared with those of glibc in English: {}. Start Java with --enable-native-access=ALL-UNNAMED.",
                    e.toString());
            return inEnglish();
        }
    }

    /** The JDK calls strerror_r in the same language and decodes the bytes with the same charset. */
    @SuppressWarnings(
            "restricted") // the documentation says how to allow native access; without it, texts() uses English
    private static Map<String, Errno> byStrerror() throws Throwable {
        Linker linker = Linker.nativeLinker();
        MethodHandle strerror = linker.downcallHandle(
                linker.defaultLookup().find("strerror").orElseThrow(), FunctionDescriptor.of(ADDRESS, JAVA_INT));
        Charset charset = Charset.forName(System.getProperty("sun.jnu.encoding", "UTF-8"));
        Map<String, Errno> texts = new HashMap<>();
        for (Errno errno : Errno.values()) {
            MemorySegment text = (MemorySegment) strerror.invokeExact(errno.number());
            texts.put(decode(text.reinterpret(MAX_LENGTH), charset), errno);
        }
        return texts;
    }

    private static String decode(MemorySegment text, Charset charset) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        for (byte next = text.get(JAVA_BYTE, 0); next != 0; next = text.get(JAVA_BYTE, bytes.size())) {
            bytes.write(next);
        }
        return bytes.toString(charset);
    }

    /** The texts of glibc in the locale C. */
    static Map<String, Errno> inEnglish() {
        Map<String, Errno> texts = new HashMap<>();
        for (Errno errno : Errno.values()) {
            texts.put(inEnglish(errno), errno);
        }
        return texts;
    }

    private static String inEnglish(Errno errno) {
        return switch (errno) {
            case EPERM -> "Operation not permitted";
            case ENOENT -> "No such file or directory";
            case EINTR -> "Interrupted system call";
            case EIO -> "Input/output error";
            case EBADF -> "Bad file descriptor";
            case EAGAIN -> "Resource temporarily unavailable";
            case ENOMEM -> "Cannot allocate memory";
            case EACCES -> "Permission denied";
            case EBUSY -> "Device or resource busy";
            case EEXIST -> "File exists";
            case EXDEV -> "Invalid cross-device link";
            case ENODEV -> "No such device";
            case ENOTDIR -> "Not a directory";
            case EISDIR -> "Is a directory";
            case EINVAL -> "Invalid argument";
            case ENFILE -> "Too many open files in system";
            case EMFILE -> "Too many open files";
            case EFBIG -> "File too large";
            case ENOSPC -> "No space left on device";
            case EROFS -> "Read-only file system";
            case EDEADLK -> "Resource deadlock avoided";
            case ENAMETOOLONG -> "File name too long";
            case ENOLCK -> "No locks available";
            case ENOSYS -> "Function not implemented";
            case ENOTEMPTY -> "Directory not empty";
            case EOPNOTSUPP -> "Operation not supported";
            case ENOTCONN -> "Transport endpoint is not connected";
            case ETIMEDOUT -> "Connection timed out";
            case ECONNREFUSED -> "Connection refused";
            case EHOSTDOWN -> "Host is down";
            case EHOSTUNREACH -> "No route to host";
            case ESTALE -> "Stale file handle";
            case EDQUOT -> "Disk quota exceeded";
        };
    }
}
