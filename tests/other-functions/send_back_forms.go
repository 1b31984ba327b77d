// Pushes as functions for the documented contract do, to each URL of the arguments.
package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"net/http"
	"os"
)

func main() {
	for _, url := range os.Args[2:] {
		body, _ := json.Marshal(map[string]any{"websocket": map[string]string{
			"action": "data send", "secConnectionID": os.Args[1], "dataType": "text", "data": "net/http " + url}})
		response, err := http.Post(url, "application/json", bytes.NewReader(body))
		if err != nil {
			panic(err)
		}
		var answer struct{ ErrNo int }
		if err := json.NewDecoder(response.Body).Decode(&answer); err != nil {
			panic(err)
		}
		fmt.Println(answer.ErrNo)
	}
}
