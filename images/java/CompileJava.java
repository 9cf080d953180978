import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintWriter;
import java.lang.classfile.Attributes;
import java.lang.classfile.ClassFile;
import java.lang.classfile.ClassModel;
import java.lang.classfile.MethodModel;
import java.lang.reflect.AccessFlag;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDateTime;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.jar.Attributes.Name;
import java.util.jar.JarEntry;
import java.util.jar.JarFile;
import java.util.jar.JarOutputStream;
import java.util.jar.Manifest;
import javax.tools.FileObject;
import javax.tools.ForwardingJavaFileManager;
import javax.tools.JavaCompiler;
import javax.tools.JavaFileManager;
import javax.tools.JavaFileObject;
import javax.tools.SimpleJavaFileObject;
import javax.tools.StandardJavaFileManager;
import javax.tools.ToolProvider;

/**
 * CompileJava ENTRY FILE…: compiles the files, finds the class to start, writes ./main.jar.
 *
 * <p>ENTRY is a class (`Main`, `game.Main`), which must then have a main method, or the name of a
 * source file, whose class is preferred when several have one; it may be empty. A public class may
 * be in a file of any name.
 */
public final class CompileJava {
    private static final Path JAR = Path.of("main.jar");
    /** No time of day in the artifact: the same source gives the same bytes. */
    private static final LocalDateTime DATE = LocalDateTime.of(2000, 1, 1, 0, 0);
    private static final List<String> OPTIONS =
            List.of("-proc:none", "-implicit:none", "-nowarn", "-Xlint:none", "-Xmaxerrs", "50");

    public static void main(String[] arguments) throws IOException {
        String entry = arguments.length == 0 ? "" : arguments[0];
        List<Source> sources = new ArrayList<>();
        for (int i = 1; i < arguments.length; i++) sources.add(new Source(Path.of(arguments[i])));
        if (sources.isEmpty()) fail("no source file");
        Map<String, byte[]> classes = compile(sources);
        writeJar(classes, startClass(entry, classes));
    }

    private static Map<String, byte[]> compile(List<Source> sources) throws IOException {
        JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
        PrintWriter log = new PrintWriter(System.err, true);
        try (StandardJavaFileManager files = compiler.getStandardFileManager(null, null, StandardCharsets.UTF_8);
                ClassesInMemory output = new ClassesInMemory(files)) {
            boolean compiled = compiler.getTask(log, output, null, OPTIONS, null, sources).call();
            log.flush();
            if (!compiled) System.exit(1);
            return output.bytes();
        } catch (RuntimeException | StackOverflowError problem) {
            // The compiler itself gave up on the source: too deeply nested, or too large.
            fail("the compiler failed: " + (problem.getCause() == null ? problem : problem.getCause()));
            throw problem;
        }
    }

    private static String startClass(String entry, Map<String, byte[]> classes) {
        List<Candidate> candidates = new ArrayList<>();
        classes.values().forEach(bytes -> Candidate.of(bytes).ifPresent(candidates::add));
        boolean entryIsFile = entry.endsWith(".java");
        if (!entry.isEmpty() && !entryIsFile) {
            return candidates.stream()
                    .map(Candidate::name)
                    .filter(name -> name.equals(entry))
                    .findFirst()
                    .orElseGet(() -> fail("no class " + entry + " with a main method"));
        }
        String file = entryIsFile ? Path.of(entry).getFileName().toString() : "";
        return candidates.stream()
                .min(Comparator.comparing((Candidate candidate) -> !candidate.file().equals(file))
                        .thenComparing(candidate -> !candidate.isTraditional())
                        .thenComparing(candidate -> !candidate.simpleName().equals("Main"))
                        .thenComparing(candidate -> !candidate.isPublic())
                        .thenComparing(candidate -> candidate.name().contains("$"))
                        .thenComparing(Candidate::name))
                .map(Candidate::name)
                .orElseGet(() -> fail("no class has a main method"));
    }

    private static void writeJar(Map<String, byte[]> classes, String startClass) throws IOException {
        Manifest manifest = new Manifest();
        manifest.getMainAttributes().put(Name.MANIFEST_VERSION, "1.0");
        manifest.getMainAttributes().put(Name.MAIN_CLASS, startClass);
        try (JarOutputStream jar = new JarOutputStream(Files.newOutputStream(JAR))) {
            // Read many times and written once: not compressed.
            jar.setLevel(0);
            ByteArrayOutputStream text = new ByteArrayOutputStream();
            manifest.write(text);
            write(jar, JarFile.MANIFEST_NAME, text.toByteArray());
            for (Map.Entry<String, byte[]> each : classes.entrySet()) {
                write(jar, each.getKey().replace('.', '/') + ".class", each.getValue());
            }
        }
    }

    private static void write(JarOutputStream jar, String name, byte[] content) throws IOException {
        JarEntry entry = new JarEntry(name);
        entry.setTimeLocal(DATE);
        jar.putNextEntry(entry);
        jar.write(content);
        jar.closeEntry();
    }

    private static String fail(String problem) {
        System.err.println("error: " + problem);
        System.exit(1);
        throw new AssertionError();
    }

    /** A class that `java` can start: with a main method that is not private, and takes a String[] or nothing. */
    private record Candidate(String name, String file, boolean isPublic, boolean isTraditional) {
        static Optional<Candidate> of(byte[] bytes) {
            ClassModel model = ClassFile.of().parse(bytes);
            List<MethodModel> mains = model.methods().stream().filter(Candidate::isMain).toList();
            if (mains.isEmpty() || model.flags().has(AccessFlag.ABSTRACT) && mains.stream().noneMatch(Candidate::isStatic)) {
                return Optional.empty();
            }
            String file = model.findAttribute(Attributes.sourceFile())
                    .map(attribute -> attribute.sourceFile().stringValue())
                    .orElse("");
            return Optional.of(new Candidate(
                    model.thisClass().asInternalName().replace('/', '.'),
                    file,
                    model.flags().has(AccessFlag.PUBLIC),
                    mains.stream().anyMatch(Candidate::isTraditional)));
        }

        String simpleName() {
            return name.substring(name.lastIndexOf('.') + 1);
        }

        private static boolean isMain(MethodModel method) {
            String type = method.methodType().stringValue();
            return method.methodName().equalsString("main")
                    && (type.equals("([Ljava/lang/String;)V") || type.equals("()V"))
                    && !method.flags().has(AccessFlag.PRIVATE)
                    && !method.flags().has(AccessFlag.ABSTRACT);
        }

        private static boolean isStatic(MethodModel method) {
            return method.flags().has(AccessFlag.STATIC);
        }

        private static boolean isTraditional(MethodModel method) {
            return isStatic(method)
                    && method.flags().has(AccessFlag.PUBLIC)
                    && method.methodType().equalsString("([Ljava/lang/String;)V");
        }
    }

    /** A source file whose name says nothing about the classes in it. */
    private static final class Source extends SimpleJavaFileObject {
        private final Path path;

        Source(Path path) {
            super(path.toUri(), Kind.SOURCE);
            this.path = path;
        }

        @Override
        public boolean isNameCompatible(String simpleName, Kind kind) {
            return kind == Kind.SOURCE;
        }

        @Override
        public String getName() {
            return path.toString();
        }

        /** Bytes that are no UTF-8 become U+FFFD, and a byte order mark is dropped: neither is worth a compile error. */
        @Override
        public CharSequence getCharContent(boolean ignoreEncodingErrors) throws IOException {
            String text = new String(Files.readAllBytes(path), StandardCharsets.UTF_8);
            return text.startsWith("\uFEFF") ? text.substring(1) : text;
        }
    }

    /** Keeps the compiled classes, in order of name. */
    private static final class ClassesInMemory extends ForwardingJavaFileManager<JavaFileManager> {
        private final Map<String, ByteArrayOutputStream> outputs = new TreeMap<>();

        ClassesInMemory(JavaFileManager files) {
            super(files);
        }

        Map<String, byte[]> bytes() {
            Map<String, byte[]> result = new TreeMap<>();
            outputs.forEach((name, output) -> result.put(name, output.toByteArray()));
            return result;
        }

        @Override
        public JavaFileObject getJavaFileForOutput(
                Location location, String name, JavaFileObject.Kind kind, FileObject sibling) {
            return new SimpleJavaFileObject(URI.create("memory:///" + name.replace('.', '/') + ".class"), kind) {
                @Override
                public OutputStream openOutputStream() {
                    ByteArrayOutputStream output = new ByteArrayOutputStream();
                    outputs.put(name, output);
                    return output;
                }
            };
        }
    }
}
