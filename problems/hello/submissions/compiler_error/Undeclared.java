// @EXPECTED_RESULTS@: COMPILER-ERROR
public class Undeclared {
    public static void main(String[] args) {
        System.out.println(greeting);
    }
}
