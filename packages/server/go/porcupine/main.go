// Judges a recorded history of one register per key: reads, compare-and-set writes, and writes of which nobody knows
// whether they happened. Input on stdin: one JSON document a line, {"key","client","call","return","kind","expect",
// "value","ok"}; times in nanoseconds; kind is "read", "write" or "maybe". Prints one JSON document
// {"operations","keys","verdict"}; verdict is "ok", "illegal" or "unknown" (no answer within the time given).
package main

import (
	"bufio"
	"encoding/json"
	"fmt"
	"os"
	"time"

	"github.com/anishathalye/porcupine"
)

type operation struct {
	Key    string `json:"key"`
	Client int    `json:"client"`
	Call   int64  `json:"call"`
	Return int64  `json:"return"`
	Kind   string `json:"kind"`
	Expect string `json:"expect"`
	Value  string `json:"value"`
	Ok     bool   `json:"ok"`
}

// A register holds a text; "" is absent. A write names the text that it expects to replace.
func step(state any, input any, _ any) (bool, any) {
	held := state.(string)
	operation := input.(operation)
	switch operation.Kind {
	case "read":
		return held == operation.Value, held
	case "write":
		if operation.Ok {
			return held == operation.Expect, operation.Value
		}
		return held != operation.Expect, held
	default:
		if held == operation.Expect {
			return true, operation.Value
		}
		return true, held
	}
}

func main() {
	history := []porcupine.Operation{}
	keys := map[string]bool{}
	lines := bufio.NewScanner(os.Stdin)
	lines.Buffer(make([]byte, 1<<20), 1<<26)
	for lines.Scan() {
		var read operation
		if err := json.Unmarshal(lines.Bytes(), &read); err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(2)
		}
		keys[read.Key] = true
		history = append(history, porcupine.Operation{ClientId: read.Client, Input: read, Call: read.Call, Return: read.Return})
	}
	model := porcupine.Model{
		Partition: func(history []porcupine.Operation) [][]porcupine.Operation {
			byKey := map[string][]porcupine.Operation{}
			for _, one := range history {
				key := one.Input.(operation).Key
				byKey[key] = append(byKey[key], one)
			}
			parts := [][]porcupine.Operation{}
			for _, part := range byKey {
				parts = append(parts, part)
			}
			return parts
		},
		Init: func() any { return "" },
		Step: step,
	}
	verdict := map[porcupine.CheckResult]string{porcupine.Ok: "ok", porcupine.Illegal: "illegal", porcupine.Unknown: "unknown"}
	result := porcupine.CheckOperationsTimeout(model, history, 60*time.Second)
	json.NewEncoder(os.Stdout).Encode(map[string]any{"operations": len(history), "keys": len(keys), "verdict": verdict[result]})
}
